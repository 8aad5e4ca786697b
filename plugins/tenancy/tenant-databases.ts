import type postgres from 'postgres'
import { databaseName } from '../../db/database-url.js'
import { quoteName, quoteText } from '../../db/quote.js'
import { holdTenant } from '../../db/main/hold-tenant.js'
import { claimSpare } from '../../db/main/tenant-spares.js'
import { withSession } from '../../db/session.js'
import type { Dropped, TenantRef } from './adapter.js'
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
  /** Written on each database, so that none is ever taken for another's: names hold only a part of an id. */
  const mark = ({ id }: TenantRef) => `Strongroom tenant ${id} of ${databaseName(url)}`

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
       comment on database ${name} is ${quoteText(mark(tenant))};
       ${letRoleIn?.(tenant.database_name) ?? ''}`
    )
  }

  /**
   * Whether the tenant's database is there; those of earlier versions have no mark.
   * @throws when it is another's
   */
  async function isThere(session: postgres.Sql, tenant: TenantRef): Promise<boolean> {
    const [database] = await session<{ mark: string | null }[]>`
      select shobj_description(oid, 'pg_database') as mark from pg_database where datname = ${tenant.database_name}`
    if (database !== undefined && database.mark !== null && database.mark !== mark(tenant))
      throw new Error(`The database "${tenant.database_name}" exists and is not that of tenant ${tenant.id}`)
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
        await session`drop database if exists ${session(name)} with (force)`
        if (!(await roles?.exists(session, name))) return { places, roles: 0 }
        await session`drop role ${session(name)}`
        return { places, roles: 1 }
      })
  }
}
