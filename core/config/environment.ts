import { Type, type Static } from '@sinclair/typebox'
import { patternSaying } from '../validation/patterns.js'
import { postgresUrl } from './postgres-url.js'

const httpUrl = Type.String({
  pattern: patternSaying(/^https?:\/\/[^/\s]+/u, 'must be a URL that starts with http:// or https://')
})
const TOPIC_PREFIX = patternSaying(
  /^[a-zA-Z0-9._\-]*$/u,
  'must contain only letters, digits and the characters . _ -'
)
const seconds = (value: number, minimum: number, maximum: number) =>
  Type.Integer({ default: value, minimum, maximum })

const guesses = (value: number) => Type.Integer({ default: value, minimum: 1, maximum: 1_000_000 })

/**
 * The schema that turns the environment's texts into typed values. `.env.example` explains each setting. Settings
 * without a default are optional here; `config.ts` checks them against each other.
 */
export const Environment = Type.Object({
  NODE_ENV: Type.Union([Type.Literal('development'), Type.Literal('production')], { default: 'development' }),
  HOST: Type.String({ default: '127.0.0.1', minLength: 1 }),
  PORT: Type.Integer({ default: 4999, minimum: 0, maximum: 65535 }),
  PUBLIC_URL: Type.Optional(httpUrl),
  WORKER_PORT: Type.Integer({ default: 4998, minimum: 0, maximum: 65535 }),
  CORS_ORIGINS: Type.String({ default: '' }),
  TRUST_PROXY: Type.String({ default: '' }),
  REQUEST_TIMEOUT: seconds(30, 1, 3600),
  UPLOAD_IDLE_TIMEOUT: seconds(60, 1, 3600),
  CONNECTION_IDLE_TIMEOUT: seconds(120, 1, 86_400),
  KEEP_ALIVE_TIMEOUT: seconds(72, 1, 3600),
  SHUTDOWN_DRAIN: seconds(5, 0, 3600),
  SHUTDOWN_TIMEOUT: seconds(60, 1, 86_400),
  WEB_CONCURRENCY: Type.Integer({ default: 1, minimum: 1, maximum: 64 }),
  OVERLOAD_DELAY_MS: Type.Integer({ default: 1_000, minimum: 50, maximum: 60_000 }),
  METRICS_TOKEN: Type.Optional(
    Type.String({
      minLength: 16,
      pattern: patternSaying(
        /^[\w\-.~+/]+=*$/u,
        'must contain only letters, digits and the characters - . _ ~ + /'
      )
    })
  ),
  LOG_LEVEL: Type.Union(
    (['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const).map((level) =>
      Type.Literal(level)
    ),
    { default: 'info' }
  ),
  LOG_FORMAT: Type.Optional(Type.Union([Type.Literal('pretty'), Type.Literal('json')])),
  DATA_DIR: Type.String({ default: '.data', minLength: 1 }),

  DATABASE_URL: Type.Optional(postgresUrl),
  DATABASE_DIRECT_URL: Type.Optional(postgresUrl),
  DATABASE_POOL_SIZE: Type.Integer({ default: 10, minimum: 1, maximum: 1000 }),
  TENANCY_STRATEGY: Type.Union([Type.Literal('database'), Type.Literal('schema')], { default: 'database' }),
  TENANT_SERVERS: Type.Optional(Type.String()),
  TENANT_MAX_CONNECTIONS: Type.Integer({ default: 120, minimum: 1, maximum: 10_000 }),
  TENANT_POOL_SIZE: Type.Integer({ default: 4, minimum: 1, maximum: 100 }),
  TENANT_SHARED_CONNECTIONS: Type.Integer({ default: 8, minimum: 1, maximum: 1_000 }),
  TENANT_GROW_MS: Type.Integer({ default: 25, minimum: 1, maximum: 60_000 }),
  TENANT_POOL_WAIT_MS: Type.Integer({ default: 5_000, minimum: 1, maximum: 600_000 }),
  TENANT_SPARES: Type.Integer({ default: 2, minimum: 0, maximum: 1000 }),
  TENANT_MOVE_GRACE: seconds(7 * 86_400, 0, 400 * 86_400),
  TENANT_LOGIN_ROLES: Type.Boolean({ default: true }),
  TENANT_ROLE_SECRET: Type.Optional(Type.String()),

  EVENTS: Type.Union([Type.Literal('kafka'), Type.Literal('internal')], { default: 'kafka' }),
  KAFKA_BROKERS: Type.Optional(
    Type.String({
      pattern: patternSaying(
        /^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/u,
        'must be host:port, or several separated by commas'
      )
    })
  ),
  KAFKA_SECURITY_PROTOCOL: Type.Union(
    (['plaintext', 'ssl', 'sasl_plaintext', 'sasl_ssl'] as const).map((protocol) => Type.Literal(protocol)),
    { default: 'plaintext' }
  ),
  KAFKA_SASL_MECHANISM: Type.Optional(
    Type.Union(
      (['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map((mechanism) => Type.Literal(mechanism))
    )
  ),
  KAFKA_SASL_USERNAME: Type.Optional(Type.String()),
  KAFKA_SASL_PASSWORD: Type.Optional(Type.String()),
  KAFKA_CA_FILE: Type.Optional(Type.String()),
  KAFKA_TOPIC_PREFIX: Type.String({ default: '', pattern: TOPIC_PREFIX, maxLength: 100 }),
  KAFKA_PARTITIONS: Type.Integer({ default: 6, minimum: 1, maximum: 1000 }),
  KAFKA_RETENTION: seconds(7 * 86_400, 60, 10 * 365 * 86_400),
  KAFKA_DEAD_LETTER_RETENTION: seconds(30 * 86_400, 60, 10 * 365 * 86_400),
  KAFKA_GROUP_ID: Type.String({ default: 'strongroom-worker', minLength: 1, maxLength: 200 }),
  DOCS: Type.Union([Type.Literal('on'), Type.Literal('off')], { default: 'on' }),
  DEMO_ENDPOINTS: Type.Optional(Type.Boolean()),
  EVENT_RETENTION: seconds(7 * 86_400, 1, 400 * 86_400),
  AUDIT_RETENTION: Type.Integer({ default: 400, minimum: 1, maximum: 36_500 }),
  SWEEP_INTERVAL: seconds(30, 1, 86_400),

  STORAGE_DRIVER: Type.Optional(Type.Union([Type.Literal('disk'), Type.Literal('s3')])),
  S3_BUCKET: Type.Optional(Type.String({ minLength: 3, maxLength: 63 })),
  S3_ENDPOINT: Type.Optional(httpUrl),
  S3_PUBLIC_ENDPOINT: Type.Optional(httpUrl),
  S3_REGION: Type.Optional(Type.String({ minLength: 1 })),
  S3_ACCESS_KEY_ID: Type.Optional(Type.String({ minLength: 1 })),
  S3_SECRET_ACCESS_KEY: Type.Optional(Type.String({ minLength: 1 })),
  S3_FORCE_PATH_STYLE: Type.Optional(Type.Boolean()),
  DOWNLOAD_URL_TTL: seconds(300, 1, 3600),
  MAX_UPLOAD_BYTES: Type.Integer({ default: 100 * 1024 * 1024, minimum: 1, maximum: 5 * 1024 ** 4 }),
  MAX_RESUMABLE_BYTES: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 * 1024 ** 4 })),
  UPLOAD_TIMEOUT: seconds(3600, 1, 86_400),
  UPLOAD_CONCURRENCY: Type.Integer({ default: 10, minimum: 1, maximum: 1000 }),
  UPLOAD_SESSION_TTL: seconds(86_400, 60, 6 * 86_400),
  UPLOAD_SESSIONS_PER_TENANT: Type.Integer({ default: 100, minimum: 1, maximum: 10_000 }),
  UPLOAD_SESSIONS_PER_ACCOUNT: Type.Integer({ default: 20, minimum: 1, maximum: 10_000 }),
  DOWNLOAD_CONCURRENCY: Type.Integer({ default: 500, minimum: 1, maximum: 10_000 }),
  STREAMS_PER_PROCESS: Type.Integer({ default: 1000, minimum: 1, maximum: 100_000 }),
  STREAMS_PER_TENANT: Type.Integer({ default: 50, minimum: 1, maximum: 100_000 }),
  QUOTA_BYTES: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  QUOTA_DOCUMENTS: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  WEBHOOK_CONCURRENCY: Type.Integer({ default: 128, minimum: 1, maximum: 1000 }),
  WEBHOOK_ALLOW_HTTP: Type.Boolean({ default: false }),
  WEBHOOK_ALLOW_NETWORKS: Type.String({ default: '' }),

  JWT_SECRET: Type.Optional(Type.String()),
  JWT_SECRET_PREVIOUS: Type.Optional(Type.String()),
  SECRETS_KEY: Type.Optional(Type.String()),
  SECRETS_KEY_PREVIOUS: Type.Optional(Type.String()),
  JWT_ACCESS_TTL: seconds(900, 1, 86_400),
  JWT_REFRESH_TTL: seconds(604_800, 1, 365 * 86_400),
  PASSWORD_HASH_MEMORY_KIB: Type.Integer({ default: 19_456, minimum: 7_168, maximum: 262_144 }),
  PASSWORD_HASH_ITERATIONS: Type.Integer({ default: 2, minimum: 1, maximum: 100 }),
  SESSION_MAX_AGE: seconds(30 * 86_400, 60, 10 * 365 * 86_400),
  SESSIONS_PER_ACCOUNT: Type.Integer({ default: 50, minimum: 1, maximum: 10_000 }),
  REGISTRATION: Type.Optional(
    Type.Union((['open', 'invited', 'closed'] as const).map((policy) => Type.Literal(policy)))
  ),
  TENANT_CREATION: Type.Optional(
    Type.Union((['everyone', 'permitted'] as const).map((policy) => Type.Literal(policy)))
  ),
  TENANTS_PER_ACCOUNT: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  MEMBERS_PER_TENANT: Type.Integer({ default: 10_000, minimum: 1, maximum: 1_000_000 }),
  RATE_LIMIT_ACCOUNT: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  RATE_LIMIT_TENANT: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  RATE_LIMIT_AUTH: Type.Integer({ default: 60, minimum: 1, maximum: 1_000_000 }),
  GUESSES_PER_ACCOUNT_AND_NETWORK: guesses(10),
  GUESSES_PER_ACCOUNT: guesses(100),
  GUESSES_PER_NETWORK: guesses(50),
  GUESSES_PER_DEVICE: guesses(10),
  ACCOUNT_URL: Type.Optional(httpUrl),
  SMTP_URL: Type.Optional(
    Type.String({
      pattern: patternSaying(/^smtps?:\/\/[^/\s]+/u, 'must be a URL that starts with smtp:// or smtps://')
    })
  ),
  MAIL_FROM: Type.Optional(Type.String())
})
export type Environment = Static<typeof Environment>
