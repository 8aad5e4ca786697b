import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { envSchema } from 'env-schema'
import { sentenceOf } from '../validation/sentences.js'
import { Environment } from './environment.js'
import { mailSender, type MailSender } from './mail-settings.js'
import { tenantServers } from './tenant-servers.js'
import { kafkaProblems, kafkaSecurity, list, problemsOf, storageDriver } from './setting-problems.js'

/** With strategy `schema`: connections for tenants' and administrative transactions, besides those of the buckets. */
const SCHEMA_TRANSACTIONS = 8

/**
 * Maximum connections that the tenants of a server use, and one tenant (or bucket) of them, given `most` allowed
 * connections to that server.
 */
export const connectionsWith = (
  strategy: 'database' | 'schema',
  most: number,
  { sharedConnections, poolSize }: { sharedConnections: number; poolSize: number }
) => ({
  maxConnections:
    strategy === 'schema' ? Math.min(most, sharedConnections * poolSize + SCHEMA_TRANSACTIONS) : most,
  poolSize: Math.min(poolSize, most)
})

/** The names of all settings, in the order of `.env.example`. */
export const SETTINGS = Object.keys(Environment.properties)

const DEFAULT_RESUMABLE_BYTES = 5 * 1024 ** 3

/** Thrown by `loadConfig`; its message lists everything that is missing or wrong, one per line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(readonly problems: string[]) {
    super(
      `The settings are incomplete or invalid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\nEvery setting is explained in .env.example; \`npm run config -- check\` shows where each comes from.`
    )
  }
}

/** A source of settings. */
export interface SettingSource {
  name: string
  values: Record<string, string | undefined>
}

/**
 * The sources, highest precedence first: the process environment, the user's own file `.env`, then `.env.development`
 * or `.env.production`, depending on NODE_ENV.
 */
export function settingSources(): SettingSource[] {
  const own = [{ name: 'environment', values: process.env }, fileSource('.env')]
  const stage = own.find(({ values }) => values['NODE_ENV'])?.values['NODE_ENV']
  return [...own, fileSource(stage === 'production' ? '.env.production' : '.env.development')]
}

/** Every setting that was given. Empty values are left out: `X=` means "not set", whatever a later source says. */
export function readEnvironment(): Record<string, string> {
  const merged = Object.assign(
    {},
    ...settingSources()
      .map(({ values }) => values)
      .reverse()
  ) as NodeJS.ProcessEnv
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] => Boolean(entry[1]))
  )
}

/** The settings in a file of the working directory; none if there is no such file. */
function fileSource(name: string): SettingSource {
  try {
    return { name, values: parseEnv(readFileSync(name, 'utf8')) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { name, values: {} }
  }
}

/** The settings each program uses; it does not need the others. */
export const NEEDED = {
  everything: /^/,
  /** The worker logs nobody in, but it makes the links in mails, so it does need JWT_SECRET where SMTP_URL is set. */
  worker: /^(?!JWT_|PUBLIC_URL)/,
  databases: /^(NODE_ENV|DATABASE_|TENANT_|TENANCY_)/
}

/**
 * Turns an environment into the frozen, typed configuration that everything is built from.
 * @param needed one of {@link NEEDED}; problems with other settings are ignored, and the caller must not use those
 * @throws {ConfigError} naming every missing or wrong setting at once
 */
export function loadConfig(environment: Record<string, string | undefined>, needed = NEEDED.everything) {
  const { env, problems } = parse(environment)
  const wrong = withoutRepetition(problems, problemsOf(env)).filter((problem) => needed.test(problem))
  if (wrong.length > 0) throw new ConfigError(wrong)
  return deepFreeze(toConfig(env))
}

/** A setting that the schema refuses is left out, so it would also be reported as missing. */
function withoutRepetition(refused: string[], others: string[]): string[] {
  const nameOf = (problem: string) => problem.split(' ', 1)[0]
  const reported = refused.map(nameOf)
  return [...refused, ...others.filter((problem) => !reported.includes(nameOf(problem)))]
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const part of Object.values(value))
    if (part !== null && typeof part === 'object') deepFreeze(part as object)
  return Object.freeze(value)
}

/**
 * The security settings for Kafka, for commands that need nothing else.
 * @throws {ConfigError}
 */
export function loadKafkaSecurity(environment: Record<string, string | undefined>) {
  const { env, problems } = parse(environment)
  const wrong = withoutRepetition(
    problems.filter((problem) => problem.startsWith('KAFKA_')),
    kafkaProblems(env)
  )
  if (wrong.length > 0) throw new ConfigError(wrong)
  return kafkaSecurity(env)
}

export type Config = ReturnType<typeof toConfig>
export type StorageConfig = Config['storage']

interface AjvProblem {
  instancePath: string
  keyword: string
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
    // Leave out what is wrong and parse the rest again, so that the checks across settings also run.
    for (const name of names) Reflect.deleteProperty(named, name)
    const env = envSchema<Environment>({ schema: Environment, env: false, data: named })
    return { env, problems: [...names].map((name) => describe(name, wrong)) }
  }
}

function describe(name: string, wrong: AjvProblem[]): string {
  const own = wrong.filter((problem) => problem.instancePath === `/${name}`)
  const parentSchema: object = Environment.properties[name as keyof Environment]
  // For a union, the last problem is about the whole union.
  const problem = own.at(-1)
  return `${name} ${problem === undefined ? 'is not valid' : sentenceOf({ ...problem, parentSchema })}`
}

/** New signatures use the first; signatures made with the second are still accepted. */
export type Secrets = readonly [current: string, previous?: string | undefined]

/** The sender of mails in development, which go to files. RFC 2606 §2. */
const NO_SENDER: MailSender = { name: 'Strongroom', address: 'strongroom@localhost.invalid' }

/** Mails go to the SMTP server; without one, they go to files in development, and otherwise nowhere. */
function mailTransport(env: Environment, dataDir: string) {
  if (env.SMTP_URL !== undefined) return { kind: 'smtp' as const, url: env.SMTP_URL }
  if (env.NODE_ENV === 'production' || env.JWT_SECRET === undefined) return { kind: 'none' as const }
  return { kind: 'files' as const, folder: resolve(dataDir, 'mails') }
}

/** Milliseconds for a process to close its connections once no request is running. */
const CLOSE_MS = 10_000

function toConfig(env: Environment) {
  const dataDir = resolve(env.DATA_DIR)
  /** A default that applies only in production. */
  const production = (value: number) => (env.NODE_ENV === 'production' ? value : 0)
  /** 0 means no limit. */
  const orNull = (value: number) => (value === 0 ? null : value)
  const perProcess = (value: number) => orNull(Math.ceil(value / env.WEB_CONCURRENCY))
  return {
    production: env.NODE_ENV === 'production',
    http: {
      host: env.HOST,
      port: env.PORT,
      /** Where clients reach the API, without a trailing slash; undefined: at the address it listens on. */
      publicUrl: env.PUBLIC_URL?.replace(/(?<!\/)\/+$/, ''),
      corsOrigins: list(env.CORS_ORIGINS),
      /** Proxies whose X-Forwarded-For is believed; empty: none. */
      trustedProxies: list(env.TRUST_PROXY),
      /** Seconds; see `src/http/slow-clients.ts`. */
      timeouts: {
        request: env.REQUEST_TIMEOUT,
        uploadIdle: env.UPLOAD_IDLE_TIMEOUT,
        connectionIdle: env.CONNECTION_IDLE_TIMEOUT,
        keepAlive: env.KEEP_ALIVE_TIMEOUT
      },
      /** Number of processes that share the port. */
      processes: env.WEB_CONCURRENCY,
      /** Event loop delay in milliseconds from which requests are refused. */
      overloadDelayMs: env.OVERLOAD_DELAY_MS
    },
    shutdown: {
      /** Seconds during which /health/ready answers 503 while requests are still served. */
      drain: env.SHUTDOWN_DRAIN,
      /** Seconds that running requests and event handlers get to finish. */
      timeout: env.SHUTDOWN_TIMEOUT,
      /** Milliseconds after the first signal until a process that still runs is killed. */
      killAfterMs: (env.SHUTDOWN_DRAIN + env.SHUTDOWN_TIMEOUT) * 1000 + CLOSE_MS
    },
    worker: { host: env.HOST, port: env.WORKER_PORT, sweepInterval: env.SWEEP_INTERVAL },
    /** The token that GET /metrics requires; undefined: none. */
    metricsToken: env.METRICS_TOKEN,
    logLevel: env.LOG_LEVEL,
    /** undefined: readable in a terminal, otherwise JSON. */
    logFormat: env.LOG_FORMAT,
    dataDir,
    database: {
      url: env.DATABASE_URL as string,
      /** Connects to the server itself if `url` points to a pooler; used for LISTEN. */
      directUrl: (env.DATABASE_DIRECT_URL ?? env.DATABASE_URL) as string,
      /** Whether `url` points to a pooler, which lends connections for one transaction at a time. */
      pooled: env.DATABASE_DIRECT_URL !== undefined && env.DATABASE_DIRECT_URL !== env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE
    },
    tenancy: {
      /** The strategy on the server of the main database. */
      strategy: env.TENANCY_STRATEGY,
      /** The other servers, by name. */
      servers: tenantServers(env.TENANT_SERVERS),
      /** `maxConnections` and `poolSize`, on the server of the main database. */
      ...connectionsWith(env.TENANCY_STRATEGY, env.TENANT_MAX_CONNECTIONS, {
        sharedConnections: env.TENANT_SHARED_CONNECTIONS,
        poolSize: env.TENANT_POOL_SIZE
      }),
      /** With strategy `schema`: the number of buckets that the schemas are divided into. */
      sharedConnections: env.TENANT_SHARED_CONNECTIONS,
      /** The settings from which those of each other server follow; it may set its own `maxConnections`. */
      perServer: { maxConnections: env.TENANT_MAX_CONNECTIONS, poolSize: env.TENANT_POOL_SIZE },
      poolWaitMs: env.TENANT_POOL_WAIT_MS,
      growMs: env.TENANT_GROW_MS,
      spares: env.TENANT_SPARES,
      /** Seconds for which a tenant's old place is kept after a move. */
      moveGrace: env.TENANT_MOVE_GRACE,
      /** The secret from which the passwords of tenants' login roles are derived; undefined: all use the main login. */
      roleSecret: env.TENANT_LOGIN_ROLES ? env.TENANT_ROLE_SECRET : undefined
    },
    /** Whether Kafka carries the events to the handlers, or the worker reads them from the logs. */
    events: env.EVENTS,
    /** Used where `events` is `kafka`. */
    kafka: {
      brokers: env.KAFKA_BROKERS as string,
      security: kafkaSecurity(env),
      topicPrefix: env.KAFKA_TOPIC_PREFIX,
      groupId: env.KAFKA_GROUP_ID,
      /** For topics that the worker creates. */
      topics: {
        partitions: env.KAFKA_PARTITIONS,
        retention: env.KAFKA_RETENTION,
        deadLetterRetention: env.KAFKA_DEAD_LETTER_RETENTION
      }
    },
    /** Whether to serve /docs and /openapi.json. */
    docs: env.DOCS === 'on',
    /** Whether to serve /api/demo. */
    demoEndpoints: env.EVENTS === 'kafka' && (env.DEMO_ENDPOINTS ?? env.NODE_ENV !== 'production'),
    /** Seconds that events stay in the log, to be read by their cursors. */
    eventRetention: env.EVENT_RETENTION,
    webhooks: {
      /** Endpoints of each lane that a worker delivers to at the same time. */
      concurrency: env.WEBHOOK_CONCURRENCY,
      /** Whether URLs may be http:. */
      allowHttp: env.WEBHOOK_ALLOW_HTTP,
      /** Networks besides the public Internet that URLs may lead to. */
      allowNetworks: list(env.WEBHOOK_ALLOW_NETWORKS)
    },
    /** Days that audit entries are kept. */
    auditRetention: env.AUDIT_RETENTION,
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
      /** Maximum bytes of a file that is uploaded in one request, and of a resumable or direct upload. */
      maxBytes: env.MAX_UPLOAD_BYTES,
      maxResumableBytes: env.MAX_RESUMABLE_BYTES ?? Math.max(DEFAULT_RESUMABLE_BYTES, env.MAX_UPLOAD_BYTES),
      timeout: env.UPLOAD_TIMEOUT,
      concurrency: env.UPLOAD_CONCURRENCY,
      /** Resumable and direct uploads: seconds without progress after which one expires, and how many may be open. */
      sessions: {
        lifetime: env.UPLOAD_SESSION_TTL,
        perTenant: env.UPLOAD_SESSIONS_PER_TENANT,
        perAccount: env.UPLOAD_SESSIONS_PER_ACCOUNT
      }
    },
    /** Maximum number of concurrent downloads per process. */
    downloadConcurrency: env.DOWNLOAD_CONCURRENCY,
    /** Maximum number of open event streams per process, and of each tenant in it. */
    streams: { perProcess: env.STREAMS_PER_PROCESS, perLog: env.STREAMS_PER_TENANT },
    /** Limits of a tenant that has none of its own; null: no limit. */
    limits: { bytes: env.QUOTA_BYTES ?? null, documents: env.QUOTA_DOCUMENTS ?? null },
    /** Who may create an account, and whether every account may create tenants. */
    registration: env.REGISTRATION ?? (env.NODE_ENV === 'production' ? 'invited' : 'open'),
    tenantCreation: env.TENANT_CREATION ?? (env.NODE_ENV === 'production' ? 'permitted' : 'everyone'),
    mail: {
      /** Where links in mails lead, with a token in the fragment; undefined: there are no links, only tokens. */
      accountUrl: env.ACCOUNT_URL,
      from: (env.MAIL_FROM === undefined ? undefined : mailSender(env.MAIL_FROM)) ?? NO_SENDER,
      transport: mailTransport(env, dataDir)
    },
    /** Limits of each account and tenant; null: none. */
    bounds: {
      tenantsPerAccount: orNull(env.TENANTS_PER_ACCOUNT ?? production(20)),
      membersPerTenant: env.MEMBERS_PER_TENANT,
      /** Requests per second for each process, which is its share of the limit. */
      accountRate: perProcess(env.RATE_LIMIT_ACCOUNT ?? production(600)),
      tenantRate: perProcess(env.RATE_LIMIT_TENANT ?? production(2_000))
    },
    auth: {
      /** New signatures use the first; signatures made with the second are still accepted. */
      secrets: [env.JWT_SECRET as string, env.JWT_SECRET_PREVIOUS] as Secrets,
      /** The same for everything that outlives sessions, so that it does not depend on the secrets of sessions. */
      lastingSecrets: [env.SECRETS_KEY as string, env.SECRETS_KEY_PREVIOUS] as Secrets,
      accessTtl: env.JWT_ACCESS_TTL,
      refreshTtl: env.JWT_REFRESH_TTL,
      /** Cost of argon2id; the memory in KiB. */
      passwordHash: { memoryKib: env.PASSWORD_HASH_MEMORY_KIB, iterations: env.PASSWORD_HASH_ITERATIONS },
      sessions: {
        /** Seconds after which a session ends, however often it is refreshed. */
        maxAge: env.SESSION_MAX_AGE,
        /** The oldest session ends when another begins. */
        perAccount: env.SESSIONS_PER_ACCOUNT
      },
      /** Requests per minute from one address to each route that takes a password or a refresh token. */
      requestsPerMinute: env.RATE_LIMIT_AUTH,
      /** Wrong passwords after which log-ins are refused; see src/services/auth/guess-limits.ts. */
      guesses: {
        accountAndNetwork: env.GUESSES_PER_ACCOUNT_AND_NETWORK,
        account: env.GUESSES_PER_ACCOUNT,
        network: env.GUESSES_PER_NETWORK,
        device: env.GUESSES_PER_DEVICE
      }
    }
  }
}
