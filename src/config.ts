import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { envSchema } from 'env-schema'
import { Environment } from './environment.js'

/** The names of all settings, in the order of `.env.example`. */
export const SETTINGS = Object.keys(Environment.properties)

const SECRET_BYTES = 32

/** Thrown by `loadConfig`; its message lists everything that is missing or wrong, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(readonly problems: string[]) {
    super(
      `The settings are not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\nEvery setting is explained in .env.example.`
    )
  }
}

/**
 * The process environment over the file `.env` of the working directory, without empty values: `X=` in a
 * file means "not set".
 */
export function readEnvironment(): Record<string, string> {
  let file = {}
  try {
    file = parseEnv(readFileSync('.env', 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const entries = Object.entries({ ...file, ...process.env })
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => Boolean(entry[1])))
}

/**
 * Turns an environment into the frozen, typed configuration that everything is built from.
 * @throws {ConfigError} naming every missing or wrong setting at once
 */
export function loadConfig(environment: Record<string, string | undefined>) {
  const { env, problems } = parse(environment)
  const reported = problems.map((problem) => problem.split(' ', 1)[0])
  problems.push(...problemsOf(env).filter((problem) => !reported.includes(problem.split(' ', 1)[0])))
  if (problems.length > 0) throw new ConfigError(problems)
  return deepFreeze(toConfig(env))
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const part of Object.values(value))
    if (part !== null && typeof part === 'object') deepFreeze(part as object)
  return Object.freeze(value)
}

export type Config = ReturnType<typeof toConfig>
export type StorageConfig = Config['storage']

interface AjvProblem {
  instancePath: string
  message?: string
  params: Record<string, unknown>
}

function parse(environment: Record<string, string | undefined>): { env: Environment; problems: string[] } {
  const named: Record<string, string> = {}
  for (const name of SETTINGS) if (environment[name]) named[name] = environment[name]
  try {
    return { env: envSchema<Environment>({ schema: Environment, env: false, data: named }), problems: [] }
  } catch (error) {
    const wrong = (error as { errors?: AjvProblem[] }).errors
    if (wrong === undefined) throw error
    const names = new Set(wrong.map((problem) => problem.instancePath.slice(1)))
    // What is wrong is left out and the rest parsed again, so that the checks across settings also run.
    for (const name of names) Reflect.deleteProperty(named, name)
    const env = envSchema<Environment>({ schema: Environment, env: false, data: named })
    return { env, problems: [...names].map((name) => describe(name, wrong)) }
  }
}

function describe(name: string, wrong: AjvProblem[]): string {
  const own = wrong.filter((problem) => problem.instancePath === `/${name}`)
  const allowed = own
    .filter((problem) => 'allowedValue' in problem.params)
    .map((problem) => String(problem.params['allowedValue']))
  if (allowed.length > 0) return `${name} must be one of: ${allowed.join(', ')}`
  const { description } = Environment.properties[name as keyof Environment] as { description?: string }
  return description === undefined
    ? `${name} ${own[0]?.message ?? 'is not valid'}`
    : `${name} must be ${description}`
}

function problemsOf(env: Environment): string[] {
  const problems: string[] = []
  const missing = (name: string, why: string) => problems.push(`${name} is missing: ${why}`)
  if (!env.DATABASE_URL) missing('DATABASE_URL', 'postgres://user:password@host:5432/strongroom')
  if (!env.KAFKA_BROKERS) missing('KAFKA_BROKERS', 'host:9092, more of them separated by commas')
  if (env.JWT_SECRET === undefined)
    missing('JWT_SECRET', `at least ${SECRET_BYTES} random bytes, such as "openssl rand -hex 32" prints`)
  if (env.TENANCY_STRATEGY === 'database' && env.TENANT_LOGIN_ROLES && env.TENANT_ROLE_SECRET === undefined)
    missing('TENANT_ROLE_SECRET', `at least ${SECRET_BYTES} random bytes (or set TENANT_LOGIN_ROLES=false)`)
  for (const name of ['JWT_SECRET', 'JWT_SECRET_PREVIOUS', 'TENANT_ROLE_SECRET'] as const) {
    const secret = env[name]
    if (secret !== undefined && Buffer.byteLength(secret) < SECRET_BYTES)
      problems.push(`${name} must have at least ${SECRET_BYTES} bytes, such as "openssl rand -hex 32" prints`)
  }
  if (!list(env.CORS_ORIGINS).every(isOrigin))
    problems.push(
      'CORS_ORIGINS must be origins such as https://app.example.com, without a path, separated by commas'
    )
  if (!list(env.TRUST_PROXY).every(isAddressOrRange))
    problems.push('TRUST_PROXY must be addresses or ranges such as 10.0.0.0/8, separated by commas')
  if (storageDriver(env) === 's3') {
    if (!env.S3_BUCKET) missing('S3_BUCKET', 'the bucket that holds the files (or set STORAGE_DRIVER=disk)')
    if (!env.S3_ENDPOINT && !env.S3_REGION)
      missing('S3_ENDPOINT', 'the URL of the S3 server (or S3_REGION for AWS itself)')
    if (Boolean(env.S3_ACCESS_KEY_ID) !== Boolean(env.S3_SECRET_ACCESS_KEY)) {
      problems.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together: set both or neither')
    }
  }
  return problems
}

/** Production and anyone who names a bucket or an endpoint gets S3; disk is for trying out, or when asked for. */
function storageDriver(env: Environment): 'disk' | 's3' {
  return (
    env.STORAGE_DRIVER ?? (env.S3_BUCKET || env.S3_ENDPOINT || env.NODE_ENV === 'production' ? 's3' : 'disk')
  )
}

/** The first signs; what the second has signed is still good. */
export type Secrets = readonly [current: string, previous?: string | undefined]

const list = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)

/** As browsers send it (RFC 6454 §7); anything else would never match. */
const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text

/** An IP address, with or without the length of a prefix (RFC 4632 §3.1). */
function isAddressOrRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return (
    rest.length === 0 && bits > 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && +prefix <= bits))
  )
}

function toConfig(env: Environment) {
  const dataDir = resolve(env.DATA_DIR)
  return {
    production: env.NODE_ENV === 'production',
    http: {
      host: env.HOST,
      port: env.PORT,
      /** Where clients reach the API, without a slash at the end; undefined: at the address it listens on. */
      publicUrl: env.PUBLIC_URL?.replace(/\/+$/, ''),
      corsOrigins: list(env.CORS_ORIGINS),
      /** Whose X-Forwarded-For is believed; nobody's when it is empty. */
      trustedProxies: list(env.TRUST_PROXY),
      /** Seconds; see `plugins/slow-clients.ts`. */
      timeouts: {
        request: env.REQUEST_TIMEOUT,
        uploadIdle: env.UPLOAD_IDLE_TIMEOUT,
        connectionIdle: env.CONNECTION_IDLE_TIMEOUT,
        keepAlive: env.KEEP_ALIVE_TIMEOUT
      },
      /** Milliseconds of delay of the event loop from which on requests are refused. */
      overloadDelayMs: env.OVERLOAD_DELAY_MS
    },
    worker: { host: env.HOST, port: env.WORKER_PORT, sweepInterval: env.SWEEP_INTERVAL },
    /** What GET /metrics asks for; undefined: nothing. */
    metricsToken: env.METRICS_TOKEN,
    logLevel: env.LOG_LEVEL,
    dataDir,
    database: {
      url: env.DATABASE_URL as string,
      /** Leads to the server itself, where `url` leads to a pooler: for LISTEN. */
      directUrl: (env.DATABASE_DIRECT_URL ?? env.DATABASE_URL) as string,
      /** `url` leads to a pooler, which lends a connection for one transaction at a time. */
      pooled: env.DATABASE_DIRECT_URL !== undefined && env.DATABASE_DIRECT_URL !== env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE
    },
    tenancy: {
      strategy: env.TENANCY_STRATEGY,
      maxConnections: env.TENANT_MAX_CONNECTIONS,
      poolSize: Math.min(env.TENANT_POOL_SIZE, env.TENANT_MAX_CONNECTIONS),
      poolWaitMs: env.TENANT_POOL_WAIT_MS,
      spares: env.TENANT_SPARES,
      /** What the passwords of the tenants' login roles are made from; undefined: all use the main login. */
      roleSecret: env.TENANT_LOGIN_ROLES ? env.TENANT_ROLE_SECRET : undefined
    },
    kafka: {
      brokers: env.KAFKA_BROKERS as string,
      topicPrefix: env.KAFKA_TOPIC_PREFIX,
      groupId: env.KAFKA_GROUP_ID,
      /** Of topics that the worker creates. */
      topics: {
        partitions: env.KAFKA_PARTITIONS,
        retention: env.KAFKA_RETENTION,
        deadLetterRetention: env.KAFKA_DEAD_LETTER_RETENTION
      }
    },
    /** Whether /api/demo is there. */
    demoEndpoints: env.DEMO_ENDPOINTS ?? env.NODE_ENV !== 'production',
    /** Seconds for which delivered events are kept in the outbox; 0 deletes them on delivery. */
    outboxRetention: env.OUTBOX_RETENTION,
    storage:
      storageDriver(env) === 's3'
        ? {
            driver: 's3' as const,
            endpoint: env.S3_ENDPOINT,
            publicEndpoint: env.S3_PUBLIC_ENDPOINT ?? env.S3_ENDPOINT,
            region: env.S3_REGION ?? 'us-east-1',
            bucket: env.S3_BUCKET as string,
            /** undefined: the SDK's default credential chain (environment, profile, IAM role). */
            credentials: env.S3_ACCESS_KEY_ID
              ? { accessKeyId: env.S3_ACCESS_KEY_ID, secretAccessKey: env.S3_SECRET_ACCESS_KEY as string }
              : undefined,
            forcePathStyle: env.S3_FORCE_PATH_STYLE ?? Boolean(env.S3_ENDPOINT)
          }
        : { driver: 'disk' as const, root: resolve(dataDir, 'objects') },
    /** Seconds that a signed download URL works. */
    downloadUrlTtl: env.DOWNLOAD_URL_TTL,
    upload: {
      maxBytes: env.MAX_UPLOAD_BYTES,
      timeout: env.UPLOAD_TIMEOUT,
      concurrency: env.UPLOAD_CONCURRENCY
    },
    /** What a tenant without limits of its own may hold; null: as much as it likes. */
    limits: { bytes: env.QUOTA_BYTES ?? null, documents: env.QUOTA_DOCUMENTS ?? null },
    auth: {
      /** What is signed anew is signed with the first; what the others have signed is still good. */
      secrets: [env.JWT_SECRET as string, env.JWT_SECRET_PREVIOUS] as Secrets,
      accessTtl: env.JWT_ACCESS_TTL,
      refreshTtl: env.JWT_REFRESH_TTL,
      bcryptCost: env.BCRYPT_COST,
      /** Requests a minute from one address to each route that takes a password or a refresh token. */
      requestsPerMinute: env.RATE_LIMIT_AUTH,
      /** Wrong passwords for one account within `window` seconds, after which none is looked at. */
      passwordFailures: { limit: env.RATE_LIMIT_PASSWORD_FAILURES, window: env.RATE_LIMIT_PASSWORD_WINDOW }
    }
  }
}
