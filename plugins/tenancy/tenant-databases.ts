import type postgres from 'postgres'
import { withTransaction } from '../../db/client.js'
import { MAIN_SERVER } from '../../db/main/schema.js'
import { claimSpare } from '../../db/main/tenant-spares.js'
import { takeLock } from '../../db/server/advisory-locks.js'
import { findMark } from '../../db/server/database-marks.js'
import { dropDatabase, handOver } from '../../db/server/databases.js'
import { dropRole, takeOwnership } from '../../db/server/login-roles.js'
import { withSession } from '../../db/session.js'
import type { Dropped, ServerContext } from './place-adapter.js'
import type { TenantRef } from './router.js'
import type { SpareDatabases } from './spare-databases.js'
import type { TenantRoles } from './tenant-roles.js'

export interface TenantDatabases {
  /** Makes a spare of that template the tenant's database, as part of the transaction; false if there is no spare. */
  adopt(transaction: postgres.TransactionSql, tenant: TenantRef, template: string): Promise<boolean>
  /** Creates the tenant's database if it is missing. True if it was created now. */
  ensure(tenant: TenantRef): Promise<boolean>
  /** Whether the tenant's database exists. */
  exists(tenant: TenantRef): Promise<boolean>
  /** What `drop` would drop now. */
  estimateDrop(tenant: TenantRef): Promise<Dropped>
  /** Drops the tenant's database and its role, if they exist. */
  drop(tenant: TenantRef): Promise<Dropped>
}

/**
 * The databases of tenants. Each starts as a spare, complete except for its name, and becomes the tenant's in one
 * transaction together with its role, so no crash leaves it half done. On the main server, that transaction also
 * inserts the tenant; on others, the tenant is inserted before.
 * @param directUrl of the installation's database on the server
 * @param pooled whether tenants' connections go through a pooler
 */
export function createTenantDatabases(
  { directUrl: url, pooled }: { directUrl: string; pooled: boolean },
  { server, names, hold }: ServerContext,
  spares: SpareDatabases,
  roles: TenantRoles | undefined
): TenantDatabases {
  function give(
    transaction: postgres.TransactionSql,
    spare: string,
    { id, database_name: name }: TenantRef,
    letRoleIn = roles?.create
  ): Promise<void> {
    return handOver(transaction, spare, { name, mark: names.markOf(id), pooled, role: letRoleIn?.(name) })
  }

  /**
   * Whether the tenant's database exists; those of earlier versions have no mark, or an old one.
   * @throws if it is another tenant's
   */
  async function isThere(session: postgres.Sql, tenant: TenantRef): Promise<boolean> {
    const mark = await findMark(session, tenant.database_name)
    if (mark === undefined) return false
    const { prefix, suffix } = names.oldMark
    if (![null, names.markOf(tenant.id), prefix + tenant.id + suffix].includes(mark))
      throw new Error(
        `The database "${tenant.database_name}" exists and does not belong to tenant ${tenant.id}`
      )
    return true
  }

  /** The tenant's database and its role, if there are roles, as far as they exist. */
  const countDroppable = async (session: postgres.Sql, tenant: TenantRef): Promise<Dropped> => ({
    places: (await isThere(session, tenant)) ? 1 : 0,
    roles: (await roles?.exists(session, tenant.database_name)) ? 1 : 0
  })

  /** Serialises the creation and removal of the same tenant's database. */
  async function withTenantLock<T>(
    tenant: TenantRef,
    work: (session: postgres.Sql) => Promise<T>
  ): Promise<T> {
    return withSession(url, async (session) => {
      await takeLock(session, `tenant ${tenant.database_name}`)
      return work(session)
    })
  }

  return {
    async adopt(transaction, tenant, template) {
      const spare = await claimSpare(transaction, template)
      if (spare === undefined) return false
      await give(transaction, spare, tenant)
      return true
    },
    ensure: (tenant) =>
      withTenantLock(tenant, async (session) => {
        if (await isThere(session, tenant)) return false
        // On the main server, `adopt` has already tried to use a spare.
        const ready = server === MAIN_SERVER ? undefined : await spares.take(session)
        const spare = ready ?? (await spares.build(session))
        // If the role exists without its database, someone has dropped the database.
        const letRoleIn = (await roles?.exists(session, tenant.database_name)) ? roles?.renew : roles?.create
        await hold(
          tenant.id,
          (work) => withTransaction(session, work),
          (transaction) => give(transaction, spare, tenant, letRoleIn)
        )
        return true
      }),
    exists: (tenant) => withSession(url, (session) => isThere(session, tenant)),
    estimateDrop: (tenant) => withSession(url, (session) => countDroppable(session, tenant)),
    drop: (tenant) =>
      withTenantLock(tenant, async (session) => {
        const dropped = await countDroppable(session, tenant)
        const { database_name: name } = tenant
        const hasRole = dropped.roles > 0
        // Without superuser rights, a login may end only the sessions of roles whose rights it has.
        if (hasRole) await takeOwnership(session, name)
        await dropDatabase(session, name)
        if (hasRole) await dropRole(session, name)
        return dropped
      })
  }
}
