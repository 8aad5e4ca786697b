import { and, asc, eq, inArray, isNull, lt, lte, or, sql, type SQL } from 'drizzle-orm'
import { asynchronousCommit } from '../asynchronous-commit.js'
import type { DatabaseClient } from '../client.js'
import {
  excluded,
  now,
  prepared,
  query,
  rendered,
  secondsAgo,
  secondsFromNow,
  type Named
} from '../statement.js'
import { dirtyTenants } from './schema.js'
import { makeVisitsDue } from './tenant-visits-repository.js'

/** The id of the main database's outbox among those of the tenants. */
export const MAIN_OUTBOX = '00000000-0000-0000-0000-000000000000'

export type DirtyTenantRepository = ReturnType<typeof createDirtyTenantRepository>

const { tenant_id, marked_at, leased_by, leased_until, look_at } = dirtyTenants

/** Seconds until a marked outbox is first checked, and at most between two checks: as long as a dead relay's lease. */
const SOON = 2
const LONGEST = 15

type Lease = { tenantId: string; owner: string }
type LeaseFor = Lease & { seconds: number }

/** Records that a tenant's outbox may hold events. */
export const markDirty = rendered(({ tenantId }: Named<{ tenantId: string }>) =>
  query
    .insert(dirtyTenants)
    .values({ tenant_id: tenantId })
    .onConflictDoUpdate({
      target: tenant_id,
      set: {
        marked_at: sql`greatest(${marked_at}, ${excluded(marked_at)})`,
        look_at: sql`least(${look_at}, ${secondsFromNow(SOON)})`
      }
    })
)

/**
 * Which outboxes may hold events, and which relay has the lease of each. All times are by the database's clock. Only
 * `mark` waits for the disk: a mark must not be lost when the event that it announces, possibly on another server,
 * survives.
 */
export function createDirtyTenantRepository({ sql: client }: DatabaseClient) {
  const isFree = or(isNull(leased_until), lt(leased_until, now)) as SQL
  const isLeased = ({ tenantId, owner }: Named<Lease>) => and(eq(tenant_id, tenantId), eq(leased_by, owner))

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
  // The mark also becomes a due visit, so that a sweeper learns of the change even if none saw the mark.
  const clear = prepared(client, (lease: Named<LeaseFor>) => {
    return sql<never>`with cleared as ${query
      .delete(dirtyTenants)
      .where(and(isLeased(lease), lt(marked_at, secondsAgo(lease.seconds))))
      .returning({ tenant_id, marked_at, ...asynchronousCommit })} ${makeVisitsDue(sql`cleared`)}`
  })
  const claimLooks = prepared(client, ({ limit }: Named<{ limit: number }>) => {
    const due = query
      .select({ tenant_id })
      .from(dirtyTenants)
      .where(and(isFree, lte(look_at, now)))
      .orderBy(asc(marked_at))
      .limit(limit)
      .for('update', { skipLocked: true })
    const age = sql`now() - ${marked_at}`
    return query
      .update(dirtyTenants)
      .set({
        look_at: sql`now() + least(greatest(${age}, make_interval(secs => ${sql.raw(String(SOON))})),
          make_interval(secs => ${sql.raw(String(LONGEST))}))`
      })
      .where(inArray(tenant_id, due))
      .returning({ tenant_id })
  })
  const listMarked = prepared(
    client,
    ({ tenantIds }: Named<{ tenantIds: string }>) =>
      sql<{ tenant_id: string }>`select ${tenant_id} from ${dirtyTenants}
        where ${tenant_id} = any(${tenantIds}::uuid[])`
  )

  return {
    async mark(tenantId: string): Promise<void> {
      await markDirty(client, { tenantId })
    },
    /** Takes or renews the lease for `seconds`; `held`: another relay has it. */
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
    /**
     * Replaces a mark older than `seconds` with a due visit of the sweeper. The caller holds the lease and has found
     * the outbox empty.
     */
    async clear(tenantId: string, owner: string, seconds: number): Promise<void> {
      await clear({ tenantId, owner, seconds })
    },
    /**
     * Outboxes to check now, the oldest mark first. The older a mark, the longer until its next check, from 2 to 15 s:
     * an event that no relay was notified of commits soon after its mark.
     */
    async claimLooks(limit: number): Promise<string[]> {
      return (await claimLooks({ limit })).map((row) => row.tenant_id)
    },
    /** Returns those of `outboxes` that are marked: only their logs can have grown in the last minutes. */
    async listMarked(outboxes: string[]): Promise<string[]> {
      // The text form of an array, since the client knows no array types.
      return (await listMarked({ tenantIds: `{${outboxes.join(',')}}` })).map((row) => row.tenant_id)
    }
  }
}
