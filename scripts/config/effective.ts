import { Environment } from '../../core/config/environment.js'
import { tenantServerProblems, tenantServers } from '../../core/config/tenant-servers.js'
import { SETTINGS, type Config, type SettingSource } from '../../core/config/config.js'

export interface EffectiveSetting {
  name: string
  /** Secrets are hidden; undefined if the setting is not set. */
  value: string | undefined
  /** `environment`, the name of a file, or `default`. */
  source: string
}

const HIDDEN = '(hidden)'
const RETIRED: Record<string, string> = {
  BCRYPT_COST: 'PASSWORD_HASH_MEMORY_KIB and PASSWORD_HASH_ITERATIONS (argon2id)',
  RATE_LIMIT_PASSWORD_FAILURES: 'GUESSES_PER_ACCOUNT_AND_NETWORK (in a day) and the other GUESSES_… settings',
  RATE_LIMIT_PASSWORD_WINDOW: 'nothing: the windows of the GUESSES_… settings are a day or an hour'
}
const SECRET = /^SECRETS_|_(SECRET|SECRET_PREVIOUS|SECRET_ACCESS_KEY|TOKEN|PASSWORD)$/

/** Every setting with its value and source, in the order of `.env.example`. */
export function effectiveSettings(sources: SettingSource[], config?: Config): EffectiveSetting[] {
  return SETTINGS.map((name) => {
    const source = sources.find(({ values }) => values[name] !== undefined)
    const given = source?.values[name]
    if (source !== undefined && given)
      return { name, value: withoutSecrets(name, given), source: source.name }
    const property = Environment.properties[name as keyof Environment] as { default?: string | number }
    const value = property.default === undefined ? derived(name, config) : String(property.default)
    return { name, value: value === '' ? undefined : value, source: 'default' }
  })
}

/** Names in the files that are not settings, usually misspelt. */
export function unknownNames(sources: SettingSource[]): { name: string; source: string }[] {
  return sources
    .filter(({ name }) => name !== 'environment')
    .flatMap(({ name: source, values }) =>
      Object.keys(values)
        .filter((name) => !SETTINGS.includes(name) && !Object.hasOwn(RETIRED, name))
        .map((name) => ({ name, source }))
    )
}

/** Settings of earlier versions that are set but no longer read, and what replaced them. */
export function retiredNames(sources: SettingSource[]): { name: string; source: string; instead: string }[] {
  return sources.flatMap(({ name: source, values }) =>
    Object.entries(RETIRED)
      .filter(([name]) => Boolean(values[name]))
      .map(([name, instead]) => ({ name, source, instead }))
  )
}

/** The value that follows from other settings. */
function derived(name: string, config: Config | undefined): string | undefined {
  if (config === undefined) return undefined
  if (name === 'STORAGE_DRIVER') return config.storage.driver
  if (name === 'DEMO_ENDPOINTS') return String(config.demoEndpoints)
  if (config.storage.driver !== 's3') return undefined
  if (name === 'S3_REGION') return config.storage.region
  if (name === 'S3_FORCE_PATH_STYLE') return String(config.storage.forcePathStyle)
  return name === 'S3_PUBLIC_ENDPOINT' ? config.storage.publicEndpoint : undefined
}

/** Hides secrets, and passwords inside URLs. */
export function withoutSecrets(name: string, value: string): string {
  if (SECRET.test(name)) return HIDDEN
  if (name === 'TENANT_SERVERS') return serversWithoutSecrets(value)
  if (!/_(URL|ENDPOINT)$/.test(name)) return value
  // An invalid URL may contain a password anywhere.
  if (!URL.canParse(value)) return HIDDEN
  const url = new URL(value)
  if (url.password !== '') url.password = 'hidden'
  for (const parameter of url.searchParams.keys())
    if (/pass|secret|token|key/i.test(parameter)) url.searchParams.set(parameter, 'hidden')
  return url.href
}

/** Invalid values are hidden, since a password may be anywhere in them. */
function serversWithoutSecrets(value: string): string {
  if (tenantServerProblems(value).length > 0) return HIDDEN
  const shown = Object.entries(tenantServers(value)).map(([name, { url, directUrl, maxConnections }]) => [
    name,
    {
      url: withoutSecrets('DATABASE_URL', url),
      directUrl: directUrl === url ? undefined : withoutSecrets('DATABASE_URL', directUrl),
      maxConnections
    }
  ])
  return JSON.stringify(Object.fromEntries(shown))
}
