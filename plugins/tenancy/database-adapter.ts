import type { Config } from '../../src/config.js'
import { createClient, type DatabaseClient } from '../../db/client.js'
import { withDatabase, withLogin } from '../../db/database-url.js'
import { codeOf, SQLSTATE } from '../../db/error-codes.js'
import { migrate } from '../../db/migrate.js'
import { withSession } from '../../db/session.js'
import { createTenantStore, type TenantStore } from '../../db/tenant/store.js'
import type { TenancyAdapter } from './adapter.js'
import { PoolRegistry } from './pool-registry.js'
import { createTemplateDatabase } from './template-database.js'
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

/** Every tenant has a PostgreSQL database of its own, on the server of the main database. */
export function createDatabaseAdapter(
  config: Pick<Config, 'database' | 'tenancy'>,
  onCloseError: (error: unknown) => void
): TenancyAdapter {
  const { url, directUrl } = config.database
  const { maxConnections, poolSize, poolWaitMs, roleSecret } = config.tenancy
  const roles = roleSecret === undefined ? undefined : createTenantRoles(directUrl, roleSecret)
  const template = createTemplateDatabase(directUrl, roles)
  const pools = new PoolRegistry<TenantPool>({
    capacity: Math.floor(maxConnections / poolSize),
    waitMs: poolWaitMs,
    open: openPool,
    onCloseError
  })

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

  return {
    async provision(tenant) {
      await template.ensure()
      await withSession(directUrl, async (sql) => {
        // Two who make the same tenant ready come one after the other; the end of the session frees the lock.
        await sql`select pg_advisory_lock(hashtext(${tenant.database_name}))`
        await sql`create database ${sql(tenant.database_name)} template ${sql(template.name)}`.catch(
          (error: unknown) => {
            // Left by an attempt that was cut off. The name holds the tenant's id, so it can be nobody else's.
            if (codeOf(error) !== SQLSTATE.duplicateDatabase) throw error
          }
        )
        // The rights of a database are not cloned with it.
        await sql`revoke all on database ${sql(tenant.database_name)} from public`
      })
      await roles?.admit(tenant.database_name, withDatabase(directUrl, tenant.database_name))
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
    close: () => pools.close()
  }
}
