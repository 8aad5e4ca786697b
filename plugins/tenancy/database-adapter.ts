import { LRUCache } from 'lru-cache'
import type postgres from 'postgres'
import type { Config } from '../../core/config/config.js'
import { AppError } from '../../core/errors.js'
import { createClient, type DatabaseClient } from '../../db/client.js'
import { withDatabase, withLogin } from '../../db/database-url.js'
import { buildIndexes, inspectUnfinished, type IndexedPlace } from '../../db/indexes/build-indexes.js'
import { migrate } from '../../db/migrate.js'
import { readAppliedMigrations, schemaVersion, type SchemaVersion } from '../../db/schema-version.js'
import { closeToPublic, limitSessions } from '../../db/server/databases.js'
import { runRoleStatements } from '../../db/server/login-roles.js'
import { withSession } from '../../db/session.js'
import { createTenantStore, type TenantStore } from '../../db/tenant/store.js'
import type { PlaceAdapter, ServerContext } from './place-adapter.js'
import { openFitting, useFitting } from './first-use.js'
import { ConnectionCap } from './connection-cap.js'
import { PlaceRegistry, type OpenPlace } from './place-registry.js'
import { recorded } from './recorded-migration.js'
import { createRefilling } from './refilling.js'
import { createSpareDatabases } from './spare-databases.js'
import { createTemplateDatabase } from './template-database.js'
import { createTenantDatabases } from './tenant-databases.js'
import type { TenantRef } from './router.js'
import { createTenantRoles, isRefusedLogin } from './tenant-roles.js'

/** Seconds after which a tenant's unused connections are closed. */
const IDLE_TIMEOUT = 60
/** How many databases found current are remembered. */
const FITTING_KEPT = 10_000

/**
 * Set for every session, since a role may change them for its own sessions (ALTER ROLE), which could break its tenant.
 */
const SESSION_SETTINGS = {
  search_path: 'public',
  default_transaction_read_only: 'off',
  default_transaction_isolation: 'read committed',
  lock_timeout: '0'
}

interface TenantPlace extends OpenPlace {
  client: DatabaseClient
  store: TenantStore
}

/**
 * Every tenant has its own PostgreSQL database.
 * @param config with the addresses of the installation's database on the server
 * @param onError receives background failures
 */
export function createDatabaseAdapter(
  config: Pick<Config, 'database' | 'tenancy'>,
  onError: (error: unknown, what: string) => void,
  context: ServerContext
): PlaceAdapter {
  const { names, migrations, record } = context
  const { url, directUrl, pooled } = config.database
  const { maxConnections, poolSize, poolWaitMs, growMs, roleSecret } = config.tenancy
  const roles = roleSecret === undefined ? undefined : createTenantRoles(directUrl, roleSecret, names)
  const template = createTemplateDatabase(directUrl, names, roles)
  const spares = createSpareDatabases(directUrl, context, template, config.tenancy.spares)
  const databases = createTenantDatabases({ directUrl, pooled }, context, spares, roles)
  const refilling = createRefilling(spares, (error) => onError(error, 'keeping spare databases ready failed'))
  const asOwner = (database: string) => withDatabase(directUrl, database)
  const indexesOf = ({ database_name: database }: TenantRef): IndexedPlace => ({
    url: asOwner(database),
    target: 'tenant',
    schema: 'public'
  })
  const migrateTenant = recorded(async ({ database_name: database }) => {
    const migrated = await migrate(asOwner(database), 'tenant', migrations)
    if (migrated.applied > 0)
      await withSession(asOwner(database), async (session) => {
        if (roles !== undefined) await runRoleStatements(session, roles.inside)
        await closeToPublic(session, database)
        if (pooled) await limitSessions(session, database)
      })
    return migrated
  }, record)
  /**
   * Databases that were found current. They are checked again only after a statement failed because it did not find the
   * tables that it expects.
   */
  const fitting = new LRUCache<string, true>({ max: FITTING_KEPT })

  const cap = new ConnectionCap({ maxConnections, growMs, waitMs: poolWaitMs })
  const registry = new PlaceRegistry<TenantPlace>({
    cap,
    waitMs: poolWaitMs,
    open: openPlace,
    repair: letIn,
    onCloseError: (error) => onError(error, 'connections to a tenant did not close cleanly')
  })

  async function openPlace(database: string, gate: postgres.Gate): Promise<TenantPlace> {
    const open = () => openPool(database, poolSize, gate)
    if (fitting.has(database)) return open()
    const place = {
      open,
      close: (opened: TenantPlace) => opened.close(),
      applied: ({ client }: TenantPlace) => readAppliedMigrations(client.sql),
      migrate: () => migrateTenant({ database_name: database })
    }
    const opened = await openFitting(place, migrations)
    fitting.set(database, true)
    return opened
  }

  function forget(database: string): void {
    fitting.delete(database)
    registry.evict(database)
  }

  /** A pool whose connections log in as the tenant's own role, if there are roles. */
  function openPool(database: string, max: number, gate?: postgres.Gate): TenantPlace {
    const place = withDatabase(url, database)
    const address = { url: roles ? withLogin(place, roles.login(database)) : place, pooled }
    const client = createClient(address, {
      max,
      applicationName: 'strongroom-tenant',
      idleTimeout: IDLE_TIMEOUT,
      ...(gate && { gate }),
      ...(roles && !pooled && { settings: SESSION_SETTINGS })
    })
    return { client, store: createTenantStore(client), close: () => client.close() }
  }

  /** Admits the role of a tenant, if there are roles. */
  async function admit(database: string): Promise<void> {
    if (roles === undefined) return
    await roles.admit(database, asOwner(database))
    if (pooled) await withSession(directUrl, (session) => limitSessions(session, database))
  }

  /**
   * Admits the role of a tenant after its login was refused: a tenant that is older than the roles has none, and after
   * a change of the secret, the password is outdated. @returns whether it did
   */
  async function letIn(database: string, error: unknown): Promise<boolean> {
    if (roles === undefined || !isRefusedLogin(error)) return false
    await admit(database)
    return true
  }

  /**
   * If a statement is refused as a login would be, the role has changed its own settings: this admits it again. How
   * much of the work was done is unknown, so only the caller can repeat it.
   * @throws {AppError} TENANT_BUSY
   */
  async function whileLetIn<T>(database: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (roles !== undefined && isRefusedLogin(error)) forget(database)
      if (await letIn(database, error)) throw new AppError('TENANT_BUSY', { cause: error })
      throw error
    }
  }

  async function inspect(database: string): Promise<SchemaVersion> {
    const { client } = openPool(database, 1)
    const look = () => readAppliedMigrations(client.sql)
    try {
      const applied = await look().catch(async (error: unknown) => {
        if (await letIn(database, error)) return look()
        throw error
      })
      return schemaVersion(applied, migrations)
    } finally {
      await client.close()
    }
  }

  return {
    async provision(tenant) {
      if (await databases.ensure(tenant)) return
      // The database existed, perhaps from an earlier version or an earlier attempt, and may have no role yet.
      await admit(tenant.database_name)
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
    estimateDrop: (tenant) => databases.estimateDrop(tenant),
    async drop(tenant) {
      forget(tenant.database_name)
      return databases.drop(tenant)
    },
    async migrate(tenant) {
      const migrated = await migrateTenant(tenant)
      // Connects as the tenant's role, and admits it if necessary.
      if (roles !== undefined) await inspect(tenant.database_name)
      return migrated
    },
    inspect: (tenant) => inspect(tenant.database_name),
    addressOf: (tenant) => {
      const { url, schema } = indexesOf(tenant)
      return { url, schema }
    },
    inspectUnfinished: (tenant) => inspectUnfinished(indexesOf(tenant)),
    buildIndexes: (tenant, options) => buildIndexes(indexesOf(tenant), options),
    withPlace: (database, work) =>
      registry.use(database, ({ client, store }) =>
        useFitting(
          () => whileLetIn(database, () => work(store)),
          migrations,
          () => forget(database),
          () => readAppliedMigrations(client.sql)
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
    isReachable: () => cap.isReachable,
    counts: () => registry.counts(),
    async close() {
      await Promise.all([registry.close(), refilling.done()])
    }
  }
}
