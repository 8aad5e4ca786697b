import { and, asc, eq, lte, or, sql } from 'drizzle-orm'
import { withTransaction, type DatabaseClient } from '../client.js'
import { jsonObject, now, prepared, query, rendered, secondsAgo, type Named } from '../statement.js'
import { dirtyTenants, idempotencyKeys, tenants, tenantVisits } from './schema.js'
import { findMoveOf } from './tenant-moves-repository.js'
import { auditTenant, tenantColumns, type Tenant } from './tenant-row.js'

/** A tenant that is due for permanent removal. */
export type PurgeableTenant = Tenant & { deleted_at: string }

/** The result of beginning a purge; `place` stays valid, since the tenant can no longer move. */
export type PurgeBegun = { outcome: 'begun'; place: Place } | { outcome: 'unchanged' | 'moving' }

type Place = { database_name: string; server: string }

export type TenantPurgeRepository = ReturnType<typeof createTenantPurgeRepository>

/**
 * Purges tenants that were deleted long ago. All times are in seconds.
 * @param osUser who runs the command, for the audit entry
 */
export function createTenantPurgeRepository({ sql: client }: Pick<DatabaseClient, 'sql'>, osUser: string) {
  // Merely inactive tenants have no `deleted_at` and are never due. A purge that has begun is always finished.
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
    /** Tenants that were deleted more than `age` seconds ago, and those whose purge was interrupted; oldest first. */
    listDue: (age: number): Promise<PurgeableTenant[]> => list({ age }),
    /**
     * Begins a purge: from now on nobody can reactivate the tenant, and no worker sweeps it or handles its events.
     * `unchanged` if it is not due, because it was reactivated or deleted again in the meantime; `moving` during a
     * move.
     */
    begin: (id: string, age: number): Promise<PurgeBegun> =>
      withTransaction(client, async (transaction): Promise<PurgeBegun> => {
        // The lock is a separate statement, so that the next one sees what a move committed during the wait.
        await lock(transaction, { id })
        const move = await findMoveOf(transaction, id)
        if (move !== undefined && move.state !== 'switched') return { outcome: 'moving' }
        const [place] = await begin(transaction, { id, age })
        return place === undefined ? { outcome: 'unchanged' } : { outcome: 'begun', place }
      }),
    /**
     * Deletes the tenant's row after everything else is gone, and writes an audit entry; earlier audit entries stay.
     */
    async finish(id: string): Promise<void> {
      await finish({ id, osUser })
    }
  }
}
