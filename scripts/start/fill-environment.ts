import { join, resolve } from 'node:path'
import { loadConfig, NEEDED, type Config } from '../../core/config/config.js'
import type { Services } from '../embedded/start-services.js'
import { makeDataFolder } from '../embedded/data-folder.js'
import { secretFile } from '../embedded/secret-file.js'

type Environment = Record<string, string>

/**
 * Connections to tenants' databases for all API processes together, and for the worker; the embedded server has room
 * for both.
 */
const EMBEDDED_API_CONNECTIONS = 200
const EMBEDDED_WORKER_CONNECTIONS = 60

/** The given settings, and what a start makes of them. */
export interface Plan {
  given: Environment
  /** Checked as far as possible: settings that the embedded services will fill in have placeholders. */
  config: Config
  embedded: { postgres: boolean; broker: boolean }
}

/**
 * Seconds that events are kept with the embedded broker, which forgets everything: each start publishes all of them.
 */
const EMBEDDED_EVENT_RETENTION = '86400'

/**
 * Decides what runs embedded: each service without an address, but none in production.
 * @param needed the settings that are needed: {@link loadConfig}
 * @throws {ConfigError} naming every problem, before anything slow is started
 */
export function planStart(given: Environment, needed = NEEDED.everything): Plan {
  if (given['NODE_ENV'] === 'production') {
    return { given, config: loadConfig(given, needed), embedded: { postgres: false, broker: false } }
  }
  const placeholders = {
    DATABASE_URL: 'postgres://embedded',
    KAFKA_BROKERS: 'embedded:1',
    JWT_SECRET: 'x'.repeat(64),
    SECRETS_KEY: Buffer.alloc(32).toString('base64'),
    TENANT_ROLE_SECRET: 'x'.repeat(64)
  }
  return {
    given,
    config: loadConfig({ ...placeholders, ...given }, needed),
    embedded: {
      postgres: given['DATABASE_URL'] === undefined,
      broker: given['KAFKA_BROKERS'] === undefined && given['EVENTS'] !== 'internal'
    }
  }
}

/** The secret of the tenants' login roles if none is set; operators' commands need the same one as the server. */
export function tenantRoleSecret(dataDir: string): string {
  makeDataFolder(dataDir)
  return secretFile(join(dataDir, 'tenant-role-secret'))
}

/** The secret that signs tokens if none is set; operators' commands need the same one as the server. */
export function jwtSecret(dataDir: string): string {
  makeDataFolder(dataDir)
  return secretFile(join(dataDir, 'jwt-secret'))
}

/** The part of the environment that is specific to the worker. */
export function workerEnvironment({ given, embedded }: Plan): Environment {
  const chosen = !embedded.postgres || given['TENANT_MAX_CONNECTIONS'] !== undefined
  return chosen ? {} : { TENANT_MAX_CONNECTIONS: String(EMBEDDED_WORKER_CONNECTIONS) }
}

/** The environment of the API and the worker: the given settings, plus the missing addresses and secrets. */
export function fillEnvironment(
  { given, config, embedded }: Plan,
  services: Services | undefined
): Environment {
  if (config.production) return given
  const dataDir = resolve(config.dataDir)
  return {
    ...(embedded.postgres && services && { DATABASE_URL: services.databaseUrl('strongroom') }),
    ...(embedded.postgres && {
      TENANT_MAX_CONNECTIONS: String(Math.floor(EMBEDDED_API_CONNECTIONS / config.http.processes))
    }),
    ...(embedded.broker && services?.brokers && { KAFKA_BROKERS: services.brokers }),
    ...(embedded.broker && { EVENT_RETENTION: EMBEDDED_EVENT_RETENTION }),
    ...(given['JWT_SECRET'] === undefined && { JWT_SECRET: jwtSecret(dataDir) }),
    ...(given['SECRETS_KEY'] === undefined && {
      SECRETS_KEY: secretFile(join(dataDir, 'secrets-key'), 'base64')
    }),
    ...(given['TENANT_ROLE_SECRET'] === undefined && { TENANT_ROLE_SECRET: tenantRoleSecret(dataDir) }),
    WORKER_PORT: '0',
    ...given,
    DATA_DIR: dataDir
  }
}
