import { and, asc, eq, lte, or, sql } from 'drizzle-orm'
import { withTransaction, type DatabaseClient } from '../client.js'
import { jsonObject, now, prepared, query, rendered, secondsAgo, type Named } from '../statement.js'
import { dirtyTenants, idempotencyKeys, tenants, tenantVisits } from './schema.js'
import { findMoveOf } from './tenant-moves-repository.js'
import { auditTenant, tenantColumns, type Tenant } from './tenant-row.js'

/** A tenant to be removed permanently. */
export type PurgeableTenant = Tenant & { deleted_at: string }

/** With where the tenant is: from now on it cannot move. */
export type PurgeBegun = { outcome: 'begun'; place: Place } | { outcome: 'unchanged' | 'moving' }

type Place = { database_name: string; server: string }

export type TenantPurgeRepository = ReturnType<typeof createTenantPurgeRepository>

/**
 * The end of tenants that were deleted long ago. All times are seconds.
 * @param osUser who runs the command, for the audit
 */
export function createTenantPurgeRepository({ sql: client }: Pick<DatabaseClient, 'sql'>, osUser: string) {
  // Deactivated tenants were not deleted. A purge that has begun is finished, however long ago that was.
  const isDue = ({ age }: Named<{ age: number }>) =>
    or(
      eq(tenants.status, 'purging'),
      and(eq(tenants.is_active, false), lte(tenants.deleted_at, secondsAgo(age)))
    )
  const list = prepared(client, (named: Named<{ age: number }>) =>
    query
      .select({ ...tenantColumns, deleted_at: sql<string>`${tenants.deleted_at}`.as('deleted_at') })
      .from(tenants)
      .where(isDue(named))
      .orderBy(asc(tenants.deleted_at), asc(tenants.id))
  )
  const lock = rendered(({ id }: Named<{ id: string }>) =>
    query.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, id)).for('update')
  )
  const begin = rendered((named: Named<{ id: string; age: number }>) =>
    query
      .update(tenants)
      .set({ status: 'purging', updated_at: now })
      .where(and(isDue(named), eq(tenants.id, named.id)))
      .returning({ database_name: tenants.database_name, server: tenants.server })
  )
  const finish = prepared(client, (named: Named<{ id: string; osUser: string }>) => {
    const tenant = query.$with('tenant').as(
      query
        .delete(tenants)
        .where(and(eq(tenants.id, named.id), eq(tenants.status, 'purging')))
        .returning()
    )
    const purged = sql`(select ${tenant.id} from ${tenant})`
    const keys = query
      .$with('keys')
      .as(query.delete(idempotencyKeys).where(eq(idempotencyKeys.tenant_id, purged)))
    const mark = query.$with('mark').as(query.delete(dirtyTenants).where(eq(dirtyTenants.tenant_id, purged)))
    const visit = query
      .$with('visit')
      .as(query.delete(tenantVisits).where(eq(tenantVisits.tenant_id, purged)))
    const details = jsonObject({ name: tenant.name, by: 'operator', os_user: sql`${named.osUser}::text` })
    const event = query.$with('event', {}).as(auditTenant(tenant, { action: sql`'tenant.purged'`, details }))
    return query.with(tenant, keys, mark, visit, event).select({ id: tenant.id }).from(tenant)
  })

  return {
    /** Tenants that were deleted more than `age` seconds ago, and those whose purge was cut off, oldest first. */
    listDue: (age: number): Promise<PurgeableTenant[]> => list({ age }),
    /**
     * From now on nobody can reactivate the tenant, and nothing of it is swept or handled any more. `unchanged` when it
     * was reactivated, or deleted again, in the meantime; `moving` while it is on its way to another place.
     */
    begin: (id: string, age: number): Promise<PurgeBegun> =>
      withTransaction(client, async (transaction): Promise<PurgeBegun> => {
        // Two statements: what a move has committed while the row was locked is seen by the second one.
        await lock(transaction, { id })
        const move = await findMoveOf(transaction, id)
        if (move !== undefined && move.state !== 'switched') return { outcome: 'moving' }
        const [place] = await begin(transaction, { id, age })
        return place === undefined ? { outcome: 'unchanged' } : { outcome: 'begun', place }
      }),
    /** Forgets the tenant, of which nothing else is left, and writes that into the audit, whose entries stay. */
    async finish(id: string): Promise<void> {
      await finish({ id, osUser })
    }
  }
}
