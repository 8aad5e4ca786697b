import type { Config } from '../../core/config/config.js'
import { createClient, type DatabaseClient } from '../../db/client.js'
import { withDatabase, withLogin } from '../../db/database-url.js'
import { migrate } from '../../db/migrate.js'
import { readAppliedMigrations, schemaVersion, type SchemaVersion } from '../../db/schema-version.js'
import { createTenantStore, type TenantStore } from '../../db/tenant/store.js'
import type { TenancyAdapter, TenantMigrations } from './adapter.js'
import { openFitting, useFitting } from './first-use.js'
import { PoolRegistry } from './pool-registry.js'
import { recorded } from './recorded-migration.js'
import { createRefilling } from './refilling.js'
import { createSpareDatabases } from './spare-databases.js'
import { createTemplateDatabase } from './template-database.js'
import { createTenantDatabases } from './tenant-databases.js'
import { createTenantRoles, isRefusedLogin } from './tenant-roles.js'

/** Seconds after which a tenant's unused connections are closed. */
const IDLE_TIMEOUT = 60

interface TenantPool {
  client: DatabaseClient
  store: TenantStore
  close(): Promise<void>
}

/**
 * Every tenant has a PostgreSQL database of its own, on the server of the main database.
 * @param onError told of what fails beside the work that was asked for
 */
export function createDatabaseAdapter(
  config: Pick<Config, 'database' | 'tenancy'>,
  onError: (error: unknown, what: string) => void,
  { migrations, record }: TenantMigrations
): TenancyAdapter {
  const { url, directUrl } = config.database
  const { maxConnections, poolSize, poolWaitMs, roleSecret } = config.tenancy
  const roles = roleSecret === undefined ? undefined : createTenantRoles(directUrl, roleSecret)
  const template = createTemplateDatabase(directUrl, roles)
  const spares = createSpareDatabases(directUrl, template, config.tenancy.spares)
  const databases = createTenantDatabases(directUrl, spares, roles)
  const refilling = createRefilling(spares, (error) => onError(error, 'keeping spare databases ready failed'))
  const asOwner = (database: string) => withDatabase(directUrl, database)
  const migrateTenant = recorded(
    (tenant) => migrate(asOwner(tenant.database_name), 'tenant', migrations),
    record
  )

  const placeOf = (database: string) => ({
    open: () => openPool(database, poolSize),
    close: (pool: TenantPool) => pool.close(),
    applied: ({ client }: TenantPool) => appliedTo(database, client),
    migrate: () => migrateTenant({ database_name: database })
  })
  const pools = new PoolRegistry<TenantPool>({
    capacity: Math.floor(maxConnections / poolSize),
    waitMs: poolWaitMs,
    open: (database) => openFitting(placeOf(database), migrations),
    onCloseError: (error) => onError(error, 'a tenant pool did not close cleanly')
  })

  /** A pool whose connections log in as the tenant's own role, where there are such roles. */
  function openPool(database: string, max: number): TenantPool {
    const place = withDatabase(url, database)
    const client = createClient(roles ? withLogin(place, roles.login(database)) : place, {
      max,
      applicationName: 'strongroom-tenant',
      idleTimeout: IDLE_TIMEOUT
    })
    return { client, store: createTenantStore(client), close: () => client.close() }
  }

  /**
   * What is read first from a database. A tenant from before there were roles has none, and after a change of the
   * secret its password is an old one: then it is let in, and looks again.
   */
  async function appliedTo(database: string, { sql }: DatabaseClient) {
    try {
      return await readAppliedMigrations(sql, 'schema_migrations')
    } catch (error) {
      if (roles === undefined || !isRefusedLogin(error)) throw error
      await roles.admit(database, asOwner(database))
      return readAppliedMigrations(sql, 'schema_migrations')
    }
  }

  async function inspect(database: string): Promise<SchemaVersion> {
    const { client } = openPool(database, 1)
    try {
      return schemaVersion(await appliedTo(database, client), migrations)
    } finally {
      await client.close()
    }
  }

  return {
    async provision(tenant) {
      if (await databases.ensure(tenant)) return
      // Found: of an earlier version, perhaps, or by somebody who repeats what was done.
      await roles?.admit(tenant.database_name, asOwner(tenant.database_name))
    },
    async adopt(transaction, tenant) {
      try {
        return await databases.adopt(transaction, tenant, template.name)
      } catch (error) {
        onError(error, 'a spare database could not be used')
        return false
      }
    },
    refill: () => refilling.start(),
    exists: (tenant) => databases.exists(tenant),
    async drop(tenant) {
      pools.evict(tenant.database_name)
      return databases.drop(tenant)
    },
    async migrate(tenant) {
      const migrated = await migrateTenant(tenant)
      // As the tenant's role, which is let in if it is not yet.
      if (roles !== undefined) await inspect(tenant.database_name)
      return migrated
    },
    inspect: (tenant) => inspect(tenant.database_name),
    withTenant: ({ database_name: database }, work) =>
      pools.use(database, ({ client, store }) =>
        useFitting(
          () => work(store),
          migrations,
          () => pools.evict(database),
          () => appliedTo(database, client)
        )
      ),
    evict: (tenant) => pools.evict(tenant.database_name),
    counts: () => pools.counts(),
    async close() {
      await Promise.all([pools.close(), refilling.done()])
    }
  }
}
