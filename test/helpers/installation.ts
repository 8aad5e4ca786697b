import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { Test } from 'tap'
import { databaseName, maintenanceUrl, withDatabase } from '../../db/database-url.js'
import { prepareMainDatabase } from '../../db/prepare-main-database.js'
import { mainServerNames } from '../../plugins/tenancy/server-names.js'
import { loadConfig, type Config } from '../../core/config/config.js'
import { tenantPlaces, type TenantPlaces } from './tenant-place.js'
import { testServices } from './services.js'

/** Settings for tests that try many wrong passwords from one address. */
export const MANY_GUESSES = {
  GUESSES_PER_ACCOUNT_AND_NETWORK: '1000',
  GUESSES_PER_ACCOUNT: '1000',
  GUESSES_PER_NETWORK: '1000',
  GUESSES_PER_DEVICE: '1000'
}

/** An installation with its own main database, storage folder and topic prefix. Tests share nothing. */
export interface Installation {
  config: Config
  /** The settings behind `config`, for other processes. */
  environment: Record<string, string>
  /** A connection to the main database. */
  sql: postgres.Sql
  /** A connection on which bare table names are those of the tenant with this `database_name`. */
  tenantSql: (databaseName: string) => postgres.Sql
  places: TenantPlaces
  /** A connection to another database on the server. */
  databaseSql: (database: string) => postgres.Sql
  /** The same settings with some changed. */
  configWith: (settings: Record<string, string>) => Config
}

/** Creates an installation for a test file; it is removed, with all tenants, when the test ends. */
export async function createInstallation(
  t: Test,
  settings: Record<string, string> = {}
): Promise<Installation> {
  const { databaseUrl, brokers, tenancyStrategy } = testServices()
  const name = `test_${randomBytes(6).toString('hex')}`
  const dataDir = await mkdtemp(join(tmpdir(), 'strongroom-test-'))
  const environment = {
    DATABASE_URL: withDatabase(databaseUrl, name),
    KAFKA_BROKERS: brokers,
    KAFKA_TOPIC_PREFIX: `${name}.`,
    KAFKA_GROUP_ID: name,
    DATA_DIR: dataDir,
    TENANCY_STRATEGY: tenancyStrategy,
    // A slow machine may need longer for a test file than tokens last by default.
    JWT_ACCESS_TTL: '86400',
    JWT_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('base64'),
    TENANT_ROLE_SECRET: randomBytes(32).toString('hex'),
    PASSWORD_HASH_MEMORY_KIB: '7168',
    PASSWORD_HASH_ITERATIONS: '1',
    // All requests come from the same address.
    RATE_LIMIT_AUTH: '1000000',
    // Other test files run at the same time, so waiting for the processor is no overload.
    OVERLOAD_DELAY_MS: '60000',
    LOG_LEVEL: 'error',
    PORT: '0',
    WORKER_PORT: '0',
    TENANT_SPARES: '0',
    // A slow machine may need long for a new connection to a tenant's database, or for its migration.
    TENANT_POOL_WAIT_MS: '60000',
    ...settings
  }
  const configWith = (more: Record<string, string>) => loadConfig({ ...environment, ...more })
  const config = configWith({})
  await prepareMainDatabase(config, () => undefined)

  const clients: postgres.Sql[] = []
  const connect = (url: string, connection = {}) => {
    const sql = postgres(url, { max: 2, onnotice: () => undefined, connection })
    clients.push(sql)
    return sql
  }
  const sql = connect(config.database.url)
  const places = tenantPlaces(config, sql)
  // Teardowns run in reverse order, so the test's own run before this one.
  t.teardown(async () => {
    const tenants = await sql<{ database_name: string }[]>`select database_name from tenants`
    await Promise.all(clients.map((client) => client.end()))
    await dropInstallation(
      config.database.url,
      tenants.map((tenant) => tenant.database_name)
    )
    await rm(dataDir, { recursive: true, force: true })
  })
  return {
    config,
    environment,
    sql,
    configWith,
    places,
    tenantSql: (name) => {
      const { url, connection } = places.clientOf(name)
      return connect(url, connection)
    },
    databaseSql: (database) => connect(withDatabase(databaseUrl, database))
  }
}

/** Removes everything that an installation has on the server. @param tenants their `database_name`s */
export async function dropInstallation(mainUrl: string, tenants: string[]): Promise<void> {
  const maintenance = postgres(maintenanceUrl(mainUrl), { max: 1, onnotice: () => undefined })
  const main = databaseName(mainUrl)
  const { group, templatePrefix, sparePrefix } = mainServerNames(mainUrl)
  const named = await maintenance<{ name: string }[]>`
    select datname as name from pg_database where starts_with(datname, ${templatePrefix}) or starts_with(datname, ${sparePrefix})`
  for (const database of [...tenants, main, ...named.map(({ name }) => name)])
    await maintenance`drop database if exists ${maintenance(database)} with (force)`
  for (const role of [...tenants, group]) await maintenance`drop role if exists ${maintenance(role)}`
  await maintenance.end()
}
