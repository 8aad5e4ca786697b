import { accessSync, constants } from 'node:fs'
import { isIP } from 'node:net'
import { tlsOptions } from './database-tls.js'
import type { Environment } from './environment.js'
import { mailProblems } from './mail-settings.js'
import { productionProblems } from './production-problems.js'
import { tenantServerProblems } from './tenant-servers.js'

const SECRET_BYTES = 32
/** 32 bytes in base64 (RFC 4648 §4). */
const KEY = /^[A-Za-z0-9+/]{43}=$/
const KEY_HELP = '32 random bytes in base64, such as "openssl rand -base64 32" prints'

/** Settings that are missing or contradict each other; each problem starts with the name of a setting. */
export function problemsOf(env: Environment): string[] {
  const problems: string[] = []
  const missing = (name: string, why: string) => problems.push(`${name} is missing: ${why}`)
  if (!env.DATABASE_URL) missing('DATABASE_URL', 'postgres://user:password@host:5432/strongroom')
  if (!env.KAFKA_BROKERS && env.EVENTS === 'kafka')
    missing('KAFKA_BROKERS', 'host:9092, or several separated by commas (or set EVENTS=internal)')
  if (env.JWT_SECRET === undefined)
    missing('JWT_SECRET', `at least ${SECRET_BYTES} random bytes, such as "openssl rand -hex 32" prints`)
  if (env.SECRETS_KEY === undefined) missing('SECRETS_KEY', KEY_HELP)
  for (const name of ['SECRETS_KEY', 'SECRETS_KEY_PREVIOUS'] as const)
    if (env[name] !== undefined && !KEY.test(env[name])) problems.push(`${name} must be ${KEY_HELP}`)
  const mayHaveRoles = env.TENANCY_STRATEGY === 'database' || env.TENANT_SERVERS !== undefined
  if (mayHaveRoles && env.TENANT_LOGIN_ROLES && env.TENANT_ROLE_SECRET === undefined)
    missing('TENANT_ROLE_SECRET', `at least ${SECRET_BYTES} random bytes (or set TENANT_LOGIN_ROLES=false)`)
  for (const name of ['JWT_SECRET', 'JWT_SECRET_PREVIOUS', 'TENANT_ROLE_SECRET'] as const) {
    const secret = env[name]
    if (secret !== undefined && Buffer.byteLength(secret) < SECRET_BYTES)
      problems.push(`${name} must have at least ${SECRET_BYTES} bytes, such as "openssl rand -hex 32" prints`)
  }
  for (const name of ['PUBLIC_URL', 'ACCOUNT_URL', 'S3_ENDPOINT', 'S3_PUBLIC_ENDPOINT'] as const)
    if (env[name] && !URL.canParse(env[name])) problems.push(`${name} is not a valid URL`)
  if (!list(env.CORS_ORIGINS).every(isOrigin))
    problems.push(
      'CORS_ORIGINS must be origins such as https://app.example.com, without a path, separated by commas'
    )
  if (!list(env.TRUST_PROXY).every(isAddressOrRange))
    problems.push('TRUST_PROXY must be addresses or ranges such as 10.0.0.0/8, separated by commas')
  if (!list(env.WEBHOOK_ALLOW_NETWORKS).every(isAddressOrRange))
    problems.push(
      'WEBHOOK_ALLOW_NETWORKS must be addresses or ranges such as 10.0.0.0/8, separated by commas'
    )
  if (storageDriver(env) === 's3') {
    if (!env.S3_BUCKET) missing('S3_BUCKET', 'the bucket for files (or set STORAGE_DRIVER=disk)')
    if (!env.S3_ENDPOINT && !env.S3_REGION)
      missing('S3_ENDPOINT', 'the URL of the S3 server (or S3_REGION for AWS itself)')
    if (Boolean(env.S3_ACCESS_KEY_ID) !== Boolean(env.S3_SECRET_ACCESS_KEY)) {
      problems.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be set together, or not at all')
    }
  }
  problems.push(
    ...databaseProblems(env),
    ...tenantServerProblems(env.TENANT_SERVERS),
    ...kafkaProblems(env),
    ...mailProblems(env)
  )
  if (env.NODE_ENV === 'production') problems.push(...productionProblems(env))
  return problems
}

/**
 * S3 in production and whenever a bucket or an endpoint is set; otherwise disk, which is for trying Strongroom out.
 * STORAGE_DRIVER takes precedence.
 */
export function storageDriver(env: Environment): 'disk' | 's3' {
  return (
    env.STORAGE_DRIVER ?? (env.S3_BUCKET || env.S3_ENDPOINT || env.NODE_ENV === 'production' ? 's3' : 'disk')
  )
}

/** How to connect to Kafka, in librdkafka's names (its CONFIGURATION.md). */
export interface KafkaSecurity {
  protocol: 'ssl' | 'sasl_plaintext' | 'sasl_ssl'
  /** A file with the authorities that sign the brokers' certificates; undefined: the authorities of the system. */
  caFile: string | undefined
  sasl: { mechanism: string; username: string; password: string } | undefined
}

/** undefined: neither encryption nor a password. */
export function kafkaSecurity(env: Environment): KafkaSecurity | undefined {
  const protocol = env.KAFKA_SECURITY_PROTOCOL
  if (protocol === 'plaintext') return undefined
  const sasl = protocol.startsWith('sasl_') && {
    mechanism: env.KAFKA_SASL_MECHANISM as string,
    username: env.KAFKA_SASL_USERNAME as string,
    password: env.KAFKA_SASL_PASSWORD as string
  }
  return { protocol, caFile: env.KAFKA_CA_FILE, sasl: sasl || undefined }
}

export function kafkaProblems(env: Environment): string[] {
  const protocol = env.KAFKA_SECURITY_PROTOCOL
  const sasl = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const
  const wanted = protocol.startsWith('sasl_')
  const problems = sasl
    .filter((name) => (env[name] !== undefined) !== wanted)
    .map((name) =>
      wanted
        ? `${name} is missing: KAFKA_SECURITY_PROTOCOL=${protocol} needs it`
        : `${name} needs KAFKA_SECURITY_PROTOCOL=sasl_ssl`
    )
  if (env.KAFKA_CA_FILE === undefined) return problems
  if (!protocol.endsWith('ssl'))
    return [...problems, 'KAFKA_CA_FILE needs KAFKA_SECURITY_PROTOCOL=ssl or sasl_ssl']
  return [...problems, ...unreadable('KAFKA_CA_FILE', env.KAFKA_CA_FILE)]
}

function databaseProblems(env: Environment): string[] {
  return (['DATABASE_URL', 'DATABASE_DIRECT_URL'] as const).flatMap((name) => {
    const url = env[name]
    if (url === undefined) return []
    try {
      tlsOptions(url)
      return []
    } catch (error) {
      return [`${name} ${(error as Error).message}`]
    }
  })
}

function unreadable(name: string, file: string): string[] {
  try {
    accessSync(file, constants.R_OK)
    return []
  } catch (error) {
    return [`${name} names the file ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code})`]
  }
}

/** Splits at commas. */
export const list = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)

/** In the form that browsers send (RFC 6454 §7); anything else would never match. */
const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text

/** An IP address, optionally with a prefix length (RFC 4632 §3.1). */
function isAddressOrRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return (
    rest.length === 0 && bits > 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && +prefix <= bits))
  )
}
