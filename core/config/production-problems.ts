import type { Environment } from './environment.js'
import { tenantServers } from './tenant-servers.js'
import { weaknessOf } from './secret-strength.js'

/** KiB × iterations: the minimum of the settings that OWASP recommends for argon2id (Password Storage Cheat Sheet). */
const LEAST_HASH_WORK = 5 * 7_168

const SECRETS = [
  'JWT_SECRET',
  'JWT_SECRET_PREVIOUS',
  'SECRETS_KEY',
  'SECRETS_KEY_PREVIOUS',
  'TENANT_ROLE_SECRET',
  'METRICS_TOKEN'
] as const
/** Secrets that others issue: their strength is not ours to judge, but none of ours may be the same. */
const FOREIGN = ['S3_SECRET_ACCESS_KEY', 'KAFKA_SASL_PASSWORD'] as const

/** Settings that work but must not be used in production; each problem starts with the name of a setting. */
export function productionProblems(env: Environment): string[] {
  const problems: string[] = [...secretProblems(env)]
  const { PASSWORD_HASH_MEMORY_KIB: memory, PASSWORD_HASH_ITERATIONS: iterations } = env
  if (memory * iterations < LEAST_HASH_WORK)
    problems.push(
      `PASSWORD_HASH_ITERATIONS must be at least ${Math.ceil(LEAST_HASH_WORK / memory)} with PASSWORD_HASH_MEMORY_KIB=${memory} in production`
    )
  if (env.METRICS_TOKEN === undefined && !isLoopback(env.HOST))
    problems.push(
      `METRICS_TOKEN is missing: without it, anyone who reaches ${env.HOST} can read /metrics; "openssl rand -hex 32" prints one`
    )
  for (const name of ['PUBLIC_URL', 'ACCOUNT_URL'] as const) {
    const url = env[name]
    if (url !== undefined && isOpenHttp(url))
      problems.push(`${name} must start with https:// in production, unless its host is this machine`)
  }
  return problems
}

function secretProblems(env: Environment): string[] {
  const problems: string[] = []
  const names = new Map<string, string>([
    ...[env.DATABASE_URL, env.DATABASE_DIRECT_URL].flatMap((url) => {
      const password = passwordIn(url)
      return password === '' ? [] : [[password, 'the password of DATABASE_URL'] as const]
    }),
    ...Object.values(tenantServers(env.TENANT_SERVERS)).flatMap(({ url, directUrl }) =>
      [url, directUrl].flatMap((one) => {
        const password = passwordIn(one)
        return password === '' ? [] : [[password, 'a password in TENANT_SERVERS'] as const]
      })
    ),
    ...FOREIGN.flatMap((name) => (env[name] === undefined ? [] : [[env[name], name] as const]))
  ])
  for (const name of SECRETS) {
    const secret = env[name]
    if (secret === undefined) continue
    // A secret that is too short is refused for that reason instead.
    const weakness = secret.length < 16 ? undefined : weaknessOf(secret)
    const same = names.get(secret)
    if (weakness !== undefined)
      problems.push(
        `${name} is ${weakness} and can be guessed: use what "openssl rand ${name.startsWith('SECRETS_KEY') ? '-base64' : '-hex'} 32" prints`
      )
    if (same !== undefined)
      problems.push(`${name} must differ from ${same}: anyone who learns one would know both`)
    names.set(secret, name)
  }
  return problems
}

function passwordIn(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url)) return ''
  const { password } = new URL(url)
  try {
    return decodeURIComponent(password)
  } catch (error) {
    if (error instanceof URIError) return password
    throw error
  }
}

const isOpenHttp = (url: string) => {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !isLoopback(hostname)
}

/** Whether only this machine reaches the host (RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export const isLoopback = (host: string) =>
  /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)
