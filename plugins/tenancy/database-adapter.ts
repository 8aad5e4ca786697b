import type { Config } from '../../src/config.js'
import { createClient, type DatabaseClient } from '../../db/client.js'
import { withDatabase, withLogin } from '../../db/database-url.js'
import { migrate } from '../../db/migrate.js'
import { withSession } from '../../db/session.js'
import { createTenantStore, type TenantStore } from '../../db/tenant/store.js'
import type { TenancyAdapter } from './adapter.js'
import { PoolRegistry } from './pool-registry.js'
import { createSpareDatabases } from './spare-databases.js'
import { createTemplateDatabase } from './template-database.js'
import { createTenantDatabases } from './tenant-databases.js'
import { createTenantRoles, isRefusedLogin } from './tenant-roles.js'

/** Seconds after which a tenant's unused connections are closed. */
const IDLE_TIMEOUT = 60

interface TenantPool {
  client: DatabaseClient
  store: TenantStore
  /** Resolves when the tenant's login was let in. */
  ready(): Promise<void>
  close(): Promise<void>
}

/**
 * Every tenant has a PostgreSQL database of its own, on the server of the main database.
 * @param onError told of failures that nobody waits for
 */
export function createDatabaseAdapter(
  config: Pick<Config, 'database' | 'tenancy'>,
  onError: (error: unknown, what: string) => void
): TenancyAdapter {
  const { url, directUrl } = config.database
  const { maxConnections, poolSize, poolWaitMs, spares: wanted, roleSecret } = config.tenancy
  const roles = roleSecret === undefined ? undefined : createTenantRoles(directUrl, roleSecret)
  const template = createTemplateDatabase(directUrl, roles)
  const spares = createSpareDatabases(directUrl, template, wanted)
  const databases = createTenantDatabases(directUrl, spares, roles)
  const pools = new PoolRegistry<TenantPool>({
    capacity: Math.floor(maxConnections / poolSize),
    waitMs: poolWaitMs,
    open: openPool,
    onCloseError: (error) => onError(error, 'a tenant pool did not close cleanly')
  })
  let refilling: Promise<void> | undefined
  let again = false

  /** A pool whose connections log in as the tenant's own role, where there are such roles. */
  function openPool(database: string): TenantPool {
    const place = withDatabase(url, database)
    const client = createClient(roles ? withLogin(place, roles.login(database)) : place, {
      max: poolSize,
      applicationName: 'strongroom-tenant',
      idleTimeout: IDLE_TIMEOUT
    })
    let ready: Promise<void> | undefined
    return {
      client,
      store: createTenantStore(client),
      async ready() {
        ready ??= letIn(database, client).catch((error: unknown) => {
          ready = undefined
          throw error
        })
        await ready
      },
      close: () => client.close()
    }
  }

  /** A tenant from before there were roles has none, and after a change of the secret its password is an old one. */
  async function letIn(database: string, { sql }: Pick<DatabaseClient, 'sql'>): Promise<void> {
    if (roles === undefined) return
    try {
      await sql`select 1`
    } catch (error) {
      if (!isRefusedLogin(error)) throw error
      await roles.admit(database, withDatabase(directUrl, database))
      await sql`select 1`
    }
  }

  /** Whoever asks while it runs makes it run once more: it may have counted before a spare was taken. */
  function refill(): void {
    again = true
    refilling ??= (async () => {
      while (again) {
        again = false
        await spares.refill()
      }
    })()
      .catch((error: unknown) =>
        onError(error, 'keeping spare databases ready failed and will be tried again')
      )
      .finally(() => (refilling = undefined))
  }

  return {
    async provision(tenant) {
      if (await databases.ensure(tenant)) return
      // Found: of an earlier version, perhaps, or by somebody who repeats what was done.
      await roles?.admit(tenant.database_name, withDatabase(directUrl, tenant.database_name))
    },
    async adopt(transaction, tenant) {
      try {
        return await databases.adopt(transaction, tenant, template.name)
      } catch (error) {
        onError(error, 'a spare database could not be used')
        return false
      }
    },
    refill,
    async drop(tenant) {
      pools.evict(tenant.database_name)
      return databases.drop(tenant)
    },
    async migrate(tenant) {
      const applied = await migrate(withDatabase(directUrl, tenant.database_name), 'tenant')
      if (roles !== undefined) {
        const { database_name: database } = tenant
        await withSession(withLogin(withDatabase(directUrl, database), roles.login(database)), (sql) =>
          letIn(database, { sql })
        )
      }
      return applied
    },
    withTenant: (tenant, work) =>
      pools.use(tenant.database_name, async (pool) => {
        await pool.ready()
        return work(pool.store)
      }),
    evict: (tenant) => pools.evict(tenant.database_name),
    async close() {
      await Promise.all([pools.close(), refilling])
    }
  }
}
