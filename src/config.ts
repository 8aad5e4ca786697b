import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { Type, type Static } from '@sinclair/typebox'
import { envSchema } from 'env-schema'

/** `description` completes "must be …" for a value that is refused. */
const url = (scheme: string, pattern: string) =>
  Type.String({ pattern: `^${pattern}://[^/\\s]+`, description: `a URL that begins with ${scheme}://` })
const seconds = (value: number, minimum: number, maximum: number) =>
  Type.Integer({ default: value, minimum, maximum })

/**
 * The environment, as text in, as typed values out. Each setting is explained in `.env.example`.
 * Settings without a default are optional here and checked against each other in `problemsOf`.
 */
const Environment = Type.Object({
  NODE_ENV: Type.Union([Type.Literal('development'), Type.Literal('production')], { default: 'development' }),
  HOST: Type.String({ default: '127.0.0.1', minLength: 1 }),
  PORT: Type.Integer({ default: 4999, minimum: 0, maximum: 65535 }),
  PUBLIC_URL: Type.Optional(url('http', 'https?')),
  WORKER_PORT: Type.Integer({ default: 4998, minimum: 0, maximum: 65535 }),
  CORS_ORIGINS: Type.String({ default: '' }),
  TRUST_PROXY: Type.String({ default: '' }),
  METRICS_TOKEN: Type.Optional(
    Type.String({
      minLength: 16,
      pattern: '^[\\w\\-.~+/]+=*$',
      description: 'at least 16 letters, digits and characters of -._~+/'
    })
  ),
  LOG_LEVEL: Type.Union(
    (['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const).map((level) =>
      Type.Literal(level)
    ),
    { default: 'info' }
  ),
  DATA_DIR: Type.String({ default: '.data', minLength: 1 }),

  DATABASE_URL: Type.Optional(url('postgres', 'postgres(ql)?')),
  DATABASE_DIRECT_URL: Type.Optional(url('postgres', 'postgres(ql)?')),
  DATABASE_POOL_SIZE: Type.Integer({ default: 10, minimum: 1, maximum: 1000 }),
  TENANT_MAX_CONNECTIONS: Type.Integer({ default: 40, minimum: 1, maximum: 10_000 }),
  TENANT_POOL_SIZE: Type.Integer({ default: 4, minimum: 1, maximum: 100 }),
  TENANT_POOL_WAIT_MS: Type.Integer({ default: 5_000, minimum: 1, maximum: 600_000 }),

  KAFKA_BROKERS: Type.Optional(
    Type.String({
      pattern: '^[^\\s,:]+:\\d+(,[^\\s,:]+:\\d+)*$',
      description: 'host:port, more of them separated by commas'
    })
  ),
  KAFKA_TOPIC_PREFIX: Type.String({ default: '', pattern: '^[a-zA-Z0-9._-]*$', maxLength: 100 }),
  KAFKA_PARTITIONS: Type.Integer({ default: 6, minimum: 1, maximum: 1000 }),
  KAFKA_RETENTION: seconds(7 * 86_400, 60, 10 * 365 * 86_400),
  KAFKA_DEAD_LETTER_RETENTION: seconds(30 * 86_400, 60, 10 * 365 * 86_400),
  KAFKA_GROUP_ID: Type.String({ default: 'strongroom-worker', minLength: 1, maxLength: 200 }),
  DEMO_ENDPOINTS: Type.Optional(Type.Boolean()),
  OUTBOX_RETENTION: seconds(0, 0, 30 * 86_400),
  SWEEP_INTERVAL: seconds(30, 1, 86_400),

  STORAGE_DRIVER: Type.Optional(Type.Union([Type.Literal('disk'), Type.Literal('s3')])),
  S3_BUCKET: Type.Optional(Type.String({ minLength: 3, maxLength: 63 })),
  S3_ENDPOINT: Type.Optional(url('http', 'https?')),
  S3_PUBLIC_ENDPOINT: Type.Optional(url('http', 'https?')),
  S3_REGION: Type.Optional(Type.String({ minLength: 1 })),
  S3_ACCESS_KEY_ID: Type.Optional(Type.String({ minLength: 1 })),
  S3_SECRET_ACCESS_KEY: Type.Optional(Type.String({ minLength: 1 })),
  S3_FORCE_PATH_STYLE: Type.Optional(Type.Boolean()),
  DOWNLOAD_URL_TTL: seconds(300, 1, 3600),
  MAX_UPLOAD_BYTES: Type.Integer({ default: 100 * 1024 * 1024, minimum: 1, maximum: 5 * 1024 ** 4 }),
  UPLOAD_TIMEOUT: seconds(3600, 1, 86_400),
  UPLOAD_CONCURRENCY: Type.Integer({ default: 10, minimum: 1, maximum: 1000 }),
  QUOTA_BYTES: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  QUOTA_DOCUMENTS: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),

  JWT_SECRET: Type.Optional(Type.String()),
  JWT_SECRET_PREVIOUS: Type.Optional(Type.String()),
  JWT_ACCESS_TTL: seconds(900, 1, 86_400),
  JWT_REFRESH_TTL: seconds(604_800, 1, 365 * 86_400),
  BCRYPT_COST: Type.Integer({ default: 12, minimum: 4, maximum: 16 }),
  RATE_LIMIT_AUTH: Type.Integer({ default: 60, minimum: 1, maximum: 1_000_000 }),
  RATE_LIMIT_PASSWORD_FAILURES: Type.Integer({ default: 10, minimum: 1, maximum: 1000 }),
  RATE_LIMIT_PASSWORD_WINDOW: seconds(900, 1, 86_400)
})
type Environment = Static<typeof Environment>

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
  for (const name of ['JWT_SECRET', 'JWT_SECRET_PREVIOUS'] as const) {
    const secret = env[name]
    if (secret !== undefined && Buffer.byteLength(secret) < SECRET_BYTES)
      problems.push(`${name} must have at least ${SECRET_BYTES} bytes, such as "openssl rand -hex 32" prints`)
  }
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
      trustedProxies: list(env.TRUST_PROXY)
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
      poolSize: env.DATABASE_POOL_SIZE
    },
    tenancy: {
      maxConnections: env.TENANT_MAX_CONNECTIONS,
      poolSize: Math.min(env.TENANT_POOL_SIZE, env.TENANT_MAX_CONNECTIONS),
      poolWaitMs: env.TENANT_POOL_WAIT_MS
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
