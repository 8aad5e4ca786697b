import type postgres from 'postgres'
import { quoteName } from '../../db/quote.js'
import { holdTenant } from '../../db/main/hold-tenant.js'
import { claimSpare } from '../../db/main/tenant-spares.js'
import { withSession } from '../../db/session.js'
import type { Dropped, TenantRef } from './adapter.js'
import { markDatabase } from './database-marks.js'
import { serverNames } from './server-names.js'
import type { SpareDatabases } from './spare-databases.js'
import type { TenantRoles } from './tenant-roles.js'

export interface TenantDatabases {
  /** Makes a spare of that template the tenant's, as a part of the transaction; false when there is none. */
  adopt(transaction: postgres.TransactionSql, tenant: TenantRef, template: string): Promise<boolean>
  /** Makes the tenant's database unless it is there. True when it was made now. */
  ensure(tenant: TenantRef): Promise<boolean>
  /** Whether the tenant's database is there. */
  exists(tenant: TenantRef): Promise<boolean>
  /** Drops the tenant's database and its role, whichever are there. */
  drop(tenant: TenantRef): Promise<Dropped>
}

/**
 * The databases of tenants. Each begins as a spare, whole but for its name, and becomes the tenant's in one
 * transaction together with its role: whatever dies when, there is no half of it.
 * @param url of the main database, without a pooler in between
 */
export function createTenantDatabases(
  url: string,
  spares: SpareDatabases,
  roles: TenantRoles | undefined
): TenantDatabases {
  const names = serverNames(url)

  async function handOver(
    transaction: postgres.TransactionSql,
    spare: string,
    tenant: TenantRef,
    letRoleIn = roles?.create
  ): Promise<void> {
    const name = quoteName(tenant.database_name)
    await transaction.unsafe(
      `alter database ${quoteName(spare)} rename to ${name};
       alter database ${name} allow_connections true;
       ${markDatabase(tenant.database_name, names.markOf(tenant.id))};
       ${letRoleIn?.(tenant.database_name) ?? ''}`
    )
  }

  /**
   * Whether the tenant's database is there; those of earlier versions have no mark, or an old one.
   * @throws when it is another's
   */
  async function isThere(session: postgres.Sql, tenant: TenantRef): Promise<boolean> {
    const [database] = await session<{ mark: string | null }[]>`
      select shobj_description(oid, 'pg_database') as mark from pg_database where datname = ${tenant.database_name}`
    const { prefix, suffix } = names.oldMark
    const marks = [null, names.markOf(tenant.id), prefix + tenant.id + suffix]
    if (database !== undefined && !marks.includes(database.mark))
      throw new Error(
        `The database "${tenant.database_name}" exists and does not belong to tenant ${tenant.id}`
      )
    return database !== undefined
  }

  /** Those who make or drop the same tenant's database come one after the other. */
  async function withTenantLock<T>(
    tenant: TenantRef,
    work: (session: postgres.Sql) => Promise<T>
  ): Promise<T> {
    return withSession(url, async (session) => {
      await session`select pg_advisory_lock(hashtext(${`tenant ${tenant.database_name}`}))`
      return work(session)
    })
  }

  return {
    async adopt(transaction, tenant, template) {
      const spare = await claimSpare(transaction, template)
      if (spare === undefined) return false
      await handOver(transaction, spare, tenant)
      return true
    },
    ensure: (tenant) =>
      withTenantLock(tenant, async (session) => {
        if (await isThere(session, tenant)) return false
        const spare = await spares.build(session)
        // A role without its database: somebody has dropped that.
        const letRoleIn = (await roles?.exists(session, tenant.database_name)) ? roles?.renew : roles?.create
        await session.begin(async (transaction) => {
          await holdTenant(transaction, tenant.id)
          await handOver(transaction, spare, tenant, letRoleIn)
        })
        return true
      }),
    exists: (tenant) => withSession(url, (session) => isThere(session, tenant)),
    drop: (tenant) =>
      withTenantLock(tenant, async (session) => {
        const places = (await isThere(session, tenant)) ? 1 : 0
        const { database_name: name } = tenant
        const role = await roles?.exists(session, name)
        // Without superuser rights, only sessions of roles whose rights one has may be ended.
        if (role === true) await session.unsafe(String(roles?.own(name)))
        await session`drop database if exists ${session(name)} with (force)`
        if (role !== true) return { places, roles: 0 }
        await session`drop role ${session(name)}`
        return { places, roles: 1 }
      })
  }
}
