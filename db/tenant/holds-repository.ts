import { and, eq, exists, gt, lte, sql } from 'drizzle-orm'
import { now, query, rendered, secondsFromNow, type Client, type Named } from '../statement.js'
import type { TenantTables } from './schema.js'

/** Why a tenant is held; shown to operators. */
export type HoldReason = 'export' | 'import'

interface Hold {
  id: string
  seconds: number
}

export type HoldRepository = ReturnType<ReturnType<typeof defineHoldRepository>>

/** The condition that a hold on the tenant is in force. */
export const isHeld = ({ holds }: Pick<TenantTables, 'holds'>) =>
  exists(query.select({ id: holds.id }).from(holds).where(gt(holds.until, now)))

/**
 * A hold keeps a tenant's objects from being removed while they are copied. A reader commits its hold before it reads
 * the rows; code that removes an object deletes the row first, and then checks for holds in a separate statement. At
 * least one of the two therefore sees the other.
 */
export function defineHoldRepository(tables: TenantTables) {
  const { holds } = tables
  const { id, until, why } = holds

  const take = rendered((named: Named<Hold & { why: HoldReason }>) => {
    const over = query.$with('over').as(query.delete(holds).where(lte(until, now)).returning({ id }))
    return query
      .with(over)
      .insert(holds)
      .values({ id: named.id, why: named.why, until: secondsFromNow(named.seconds) })
  })
  const renew = rendered((named: Named<Hold>) =>
    query
      .update(holds)
      .set({ until: secondsFromNow(named.seconds) })
      .where(and(eq(id, named.id), gt(until, now)))
      .returning({ id })
  )
  const release = rendered((named: Named<{ id: string }>) => query.delete(holds).where(eq(id, named.id)))
  const list = rendered(() =>
    query
      .select({ why, until })
      .from(holds)
      .where(gt(until, now))
      .orderBy(sql`2`)
  )

  return (client: Client) => ({
    /** Takes a hold for `seconds`. Deletes expired holds. */
    async take(id: string, why: HoldReason, seconds: number): Promise<void> {
      await take(client, { id, why, seconds })
    },
    /** Extends a hold to `seconds` from now. `lost`: it had expired, so objects may have been removed. */
    async renew(id: string, seconds: number): Promise<{ outcome: 'renewed' | 'lost' }> {
      return { outcome: (await renew(client, { id, seconds })).length > 0 ? 'renewed' : 'lost' }
    },
    /** Idempotent. */
    async release(id: string): Promise<void> {
      await release(client, { id })
    },
    /** The holds in force, in the order in which they expire. */
    list: () => list(client)
  })
}
