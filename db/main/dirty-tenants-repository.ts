import { and, asc, eq, isNull, lt, or, sql, type SQL } from 'drizzle-orm'
import { asynchronousCommit } from '../asynchronous-commit.js'
import type { DatabaseClient } from '../client.js'
import { excluded, now, prepared, query, secondsAgo, secondsFromNow, type Named } from '../statement.js'
import { dirtyTenants } from './schema.js'

/** Stands for the main database's outbox among those of the tenants. */
export const MAIN_OUTBOX = '00000000-0000-0000-0000-000000000000'

export type DirtyTenantRepository = ReturnType<typeof createDirtyTenantRepository>

const { tenant_id, marked_at, leased_by, leased_until } = dirtyTenants

type Lease = { tenantId: string; owner: string }
type LeaseFor = Lease & { seconds: number }

/**
 * Which outboxes may hold events, and who relays them. All times are by the database's clock. Only a mark waits for the
 * disk: it must outlive the event that it announces, which may be on another server.
 */
export function createDirtyTenantRepository({ sql: client }: DatabaseClient) {
  const isFree = or(isNull(leased_until), lt(leased_until, now)) as SQL
  const isLeased = ({ tenantId, owner }: Named<Lease>) => and(eq(tenant_id, tenantId), eq(leased_by, owner))

  const mark = prepared(client, ({ tenantId }: Named<{ tenantId: string }>) =>
    query
      .insert(dirtyTenants)
      .values({ tenant_id: tenantId })
      .onConflictDoUpdate({
        target: tenant_id,
        set: { marked_at: sql`greatest(${marked_at}, ${excluded(marked_at)})` }
      })
  )
  const acquire = prepared(client, ({ tenantId, owner, seconds }: Named<LeaseFor>) =>
    query
      .insert(dirtyTenants)
      .values({
        tenant_id: tenantId,
        leased_by: owner,
        leased_until: secondsFromNow(seconds)
      })
      .onConflictDoUpdate({
        target: tenant_id,
        set: { leased_by: excluded(leased_by), leased_until: excluded(leased_until) },
        setWhere: or(isFree, eq(leased_by, owner)) as SQL
      })
      .returning({ marked_at, ...asynchronousCommit })
  )
  const release = prepared(client, (lease: Named<Lease>) =>
    query
      .update(dirtyTenants)
      .set({ leased_by: null, leased_until: null })
      .where(isLeased(lease))
      .returning(asynchronousCommit)
  )
  const clear = prepared(client, (lease: Named<LeaseFor>) =>
    query
      .delete(dirtyTenants)
      .where(and(isLeased(lease), lt(marked_at, secondsAgo(lease.seconds))))
      .returning(asynchronousCommit)
  )
  const listFree = prepared(client, ({ limit }: Named<{ limit: number }>) =>
    query.select({ tenant_id }).from(dirtyTenants).where(isFree).orderBy(asc(marked_at)).limit(limit)
  )

  return {
    async mark(tenantId: string): Promise<void> {
      await mark({ tenantId })
    },
    /** Takes or renews the lease for this many seconds; `held`: another relay has it. */
    async acquire(
      tenantId: string,
      owner: string,
      seconds: number
    ): Promise<{ outcome: 'acquired' | 'held' }> {
      const rows = await acquire({ tenantId, owner, seconds })
      return { outcome: rows.length > 0 ? 'acquired' : 'held' }
    },
    async release(tenantId: string, owner: string): Promise<void> {
      await release({ tenantId, owner })
    },
    /** Removes a mark older than `seconds`; the caller holds the lease and has found the outbox empty. */
    async clear(tenantId: string, owner: string, seconds: number): Promise<void> {
      await clear({ tenantId, owner, seconds })
    },
    async listFree(limit: number): Promise<string[]> {
      return (await listFree({ limit })).map((row) => row.tenant_id)
    }
  }
}
