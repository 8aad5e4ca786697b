import { connect } from '../../db/connect.js'
import type { Config } from '../../src/config.js'
import { createClient, type DatabaseClient } from '../../db/client.js'
import { maintenanceUrl, withDatabase } from '../../db/database-url.js'
import { codeOf, SQLSTATE } from '../../db/error-codes.js'
import { migrate, migrationsOf } from '../../db/migrate.js'
import { readAppliedMigrations, schemaVersion } from '../../db/schema-version.js'
import { createTenantStore, type TenantStore } from '../../db/tenant/store.js'
import type { TenancyAdapter, TenantMigrations } from './adapter.js'
import { openFitting, useFitting } from './first-use.js'
import { PoolRegistry } from './pool-registry.js'
import { createTemplateDatabase } from './template-database.js'

/** Seconds after which a tenant's unused connections are closed. */
const IDLE_TIMEOUT = 60

interface TenantPool {
  client: DatabaseClient
  store: TenantStore
  close(): Promise<void>
}

/** Every tenant has a PostgreSQL database of its own, on the server of the main database. */
export function createDatabaseAdapter(
  config: Pick<Config, 'database' | 'tenancy'>,
  onCloseError: (error: unknown) => void,
  { migrations = migrationsOf('tenant') }: TenantMigrations = {}
): TenancyAdapter {
  const { url } = config.database
  const { maxConnections, poolSize, poolWaitMs } = config.tenancy
  const template = createTemplateDatabase(url)
  const migrateDatabase = (database: string) => migrate(withDatabase(url, database), 'tenant', migrations)
  const appliedTo = (client: DatabaseClient) => readAppliedMigrations(client.sql, 'schema_migrations')
  const placeOf = (database: string) => ({
    open: () => openPool(withDatabase(url, database), poolSize),
    close: (pool: TenantPool) => pool.close(),
    applied: ({ client }: TenantPool) => appliedTo(client),
    migrate: () => migrateDatabase(database)
  })
  const pools = new PoolRegistry<TenantPool>({
    capacity: Math.floor(maxConnections / poolSize),
    waitMs: poolWaitMs,
    open: (database) => openFitting(placeOf(database), migrations),
    onCloseError
  })

  return {
    async provision(tenant) {
      await template.ensure()
      const sql = connect(maintenanceUrl(url), { max: 1, onnotice: () => undefined })
      try {
        // Two who make the same tenant ready come one after the other; the end of the session frees the lock.
        await sql`select pg_advisory_lock(hashtext(${tenant.database_name}))`
        await sql`create database ${sql(tenant.database_name)} template ${sql(template.name)}`.catch(
          (error: unknown) => {
            // Left by an attempt that was cut off. The name holds the tenant's id, so it can be nobody else's.
            if (codeOf(error) !== SQLSTATE.duplicateDatabase) throw error
          }
        )
        // The rights of a database are not cloned with it.
        await sql`revoke connect on database ${sql(tenant.database_name)} from public`
      } finally {
        await sql.end()
      }
    },
    migrate: (tenant) => migrateDatabase(tenant.database_name),
    async inspect(tenant) {
      const { client } = openPool(withDatabase(url, tenant.database_name), 1)
      try {
        return schemaVersion(await appliedTo(client), migrations)
      } finally {
        await client.close()
      }
    },
    withTenant: (tenant, work) =>
      pools.use(tenant.database_name, ({ client, store }) =>
        useFitting(
          () => work(store),
          migrations,
          () => pools.evict(tenant.database_name),
          () => appliedTo(client)
        )
      ),
    evict: (tenant) => pools.evict(tenant.database_name),
    counts: () => pools.counts(),
    close: () => pools.close()
  }
}

function openPool(url: string, max: number): TenantPool {
  const client = createClient(url, { max, applicationName: 'strongroom-tenant', idleTimeout: IDLE_TIMEOUT })
  return { client, store: createTenantStore(client), close: () => client.close() }
}
