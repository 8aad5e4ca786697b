import { LRUCache } from 'lru-cache'
import type { Config } from '../../core/config/config.js'
import { AppError } from '../../core/errors.js'
import { connectOnce, createClient, type DatabaseClient } from '../../db/client.js'
import { withDatabase, withLogin } from '../../db/database-url.js'
import { buildIndexes, inspectUnfinished, type IndexedPlace } from '../../db/indexes/build-indexes.js'
import { migrate } from '../../db/migrate.js'
import { readAppliedMigrations, schemaVersion, type SchemaVersion } from '../../db/schema-version.js'
import { runRoleStatements } from '../../db/server/login-roles.js'
import { withSession } from '../../db/session.js'
import { createTenantStore, type TenantStore } from '../../db/tenant/store.js'
import type { PlaceAdapter, TenantMigrations } from './place-adapter.js'
import { openFitting, useFitting } from './first-use.js'
import { PoolRegistry } from './pool-registry.js'
import { recorded } from './recorded-migration.js'
import { createRefilling } from './refilling.js'
import { createSpareDatabases } from './spare-databases.js'
import { createTemplateDatabase } from './template-database.js'
import { createTenantDatabases } from './tenant-databases.js'
import type { TenantRef } from './router.js'
import { createTenantRoles, isRefusedLogin } from './tenant-roles.js'

/** Seconds after which a tenant's unused connections are closed. */
const IDLE_TIMEOUT = 60
/** Milliseconds for which a database found current is not checked again, and how many are remembered. */
const FITTING_MS = 60_000
const FITTING_KEPT = 10_000

/** A role may set these for its own sessions (ALTER ROLE), and so keep its tenant from working. */
const SESSION_SETTINGS = {
  search_path: 'public',
  default_transaction_read_only: 'off',
  default_transaction_isolation: 'read committed',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0'
}

interface TenantPool {
  client: DatabaseClient
  store: TenantStore
  close(): Promise<void>
}

/**
 * Every tenant has its own PostgreSQL database, on the main database's server.
 * @param onError receives background failures
 */
export function createDatabaseAdapter(
  config: Pick<Config, 'database' | 'tenancy'>,
  onError: (error: unknown, what: string) => void,
  { migrations, record }: TenantMigrations
): PlaceAdapter {
  const { url, directUrl, pooled } = config.database
  const { maxConnections, poolSize, poolWaitMs, roleSecret } = config.tenancy
  const roles = roleSecret === undefined ? undefined : createTenantRoles(directUrl, roleSecret)
  const template = createTemplateDatabase(directUrl, roles)
  const spares = createSpareDatabases(directUrl, template, config.tenancy.spares)
  const databases = createTenantDatabases(directUrl, spares, roles)
  const refilling = createRefilling(spares, (error) => onError(error, 'keeping spare databases ready failed'))
  const asOwner = (database: string) => withDatabase(directUrl, database)
  const indexesOf = ({ database_name: database }: TenantRef): IndexedPlace => ({
    url: asOwner(database),
    target: 'tenant',
    schema: 'public'
  })
  const migrateTenant = recorded(async ({ database_name: database }) => {
    const migrated = await migrate(asOwner(database), 'tenant', migrations)
    if (roles !== undefined && migrated.applied > 0)
      await withSession(asOwner(database), (session) => runRoleStatements(session, roles.inside))
    return migrated
  }, record)
  /** Databases recently found current: they are not checked again when their pool is reopened. */
  const fitting = new LRUCache<string, true>({ max: FITTING_KEPT, ttl: FITTING_MS })

  const placeOf = (database: string) => ({
    open: () => openPool(database, poolSize),
    close: (pool: TenantPool) => pool.close(),
    applied: ({ client }: TenantPool) => appliedTo(database, client),
    migrate: () => migrateTenant({ database_name: database })
  })
  const pools = new PoolRegistry<TenantPool>({
    capacity: Math.floor(maxConnections / poolSize),
    waitMs: poolWaitMs,
    open: openPoolOf,
    onCloseError: (error) => onError(error, 'a tenant pool did not close cleanly')
  })

  async function openPoolOf(database: string): Promise<TenantPool> {
    if (fitting.has(database)) {
      const pool = openPool(database, poolSize)
      try {
        // A server without free connections, or a refused login, is noticed here.
        await letIn(database, () => connectOnce(pool.client))
        return pool
      } catch (error) {
        await pool.close()
        throw error
      }
    }
    const pool = await openFitting(placeOf(database), migrations)
    fitting.set(database, true)
    return pool
  }

  function forget(database: string): void {
    fitting.delete(database)
    pools.evict(database)
  }

  /** A pool whose connections log in as the tenant's own role, if there are roles. */
  function openPool(database: string, max: number): TenantPool {
    const place = withDatabase(url, database)
    const client = createClient(roles ? withLogin(place, roles.login(database)) : place, {
      max,
      applicationName: 'strongroom-tenant',
      idleTimeout: IDLE_TIMEOUT,
      ...(roles && !pooled && { settings: SESSION_SETTINGS })
    })
    return { client, store: createTenantStore(client), close: () => client.close() }
  }

  /**
   * The first read from a database. A tenant older than the roles has none, and after a change of the secret its
   * password is outdated: then the role is admitted, and the read is retried.
   */
  const appliedTo = (database: string, { sql }: DatabaseClient) =>
    letIn(database, () => readAppliedMigrations(sql))

  async function letIn<T>(database: string, look: () => PromiseLike<T>): Promise<T> {
    try {
      return await look()
    } catch (error) {
      if (roles === undefined || !isRefusedLogin(error)) throw error
      await roles.admit(database, asOwner(database))
      return look()
    }
  }

  /**
   * A login that is refused while its pool is open was changed by itself: it is admitted again. How much of the work
   * was done is unknown, so only the caller can repeat it.
   * @throws {AppError} TENANT_BUSY
   */
  async function whileLetIn<T>(database: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (roles === undefined || !isRefusedLogin(error)) throw error
      forget(database)
      await roles.admit(database, asOwner(database))
      throw new AppError('TENANT_BUSY', { cause: error })
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
      // The database existed: perhaps from an earlier version, or from an earlier attempt.
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
      forget(tenant.database_name)
      return databases.drop(tenant)
    },
    async migrate(tenant) {
      const migrated = await migrateTenant(tenant)
      // As the tenant's role, which is admitted if necessary.
      if (roles !== undefined) await inspect(tenant.database_name)
      return migrated
    },
    inspect: (tenant) => inspect(tenant.database_name),
    inspectUnfinished: (tenant) => inspectUnfinished(indexesOf(tenant)),
    buildIndexes: (tenant, options) => buildIndexes(indexesOf(tenant), options),
    withPlace: (database, work) =>
      pools.use(database, ({ client, store }) =>
        useFitting(
          () => whileLetIn(database, () => work(store)),
          migrations,
          () => forget(database),
          () => appliedTo(database, client)
        )
      ),
    async asOwner({ database_name: database }, work) {
      const client = createClient(asOwner(database), { max: 1, applicationName: 'strongroom-administration' })
      try {
        return await work(createTenantStore(client))
      } finally {
        await client.close()
      }
    },
    evict: (tenant) => forget(tenant.database_name),
    counts: () => pools.counts(),
    async close() {
      await Promise.all([pools.close(), refilling.done()])
    }
  }
}
