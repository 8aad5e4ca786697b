import { and, asc, eq, gt, inArray, lte, notExists, or, sql } from 'drizzle-orm'
import {
  insertSelect,
  now,
  query,
  rendered,
  secondsAgo,
  secondsFromNow,
  type Client,
  type Named
} from '../statement.js'
import type { TenantTables } from './schema.js'

/**
 * Seconds between the end of an upload's time and the sweeper taking its object: longer than a request to
 * the storage that was given up may still take to arrive there.
 */
export const GRACE = 60

export type PendingObjectRepository = ReturnType<ReturnType<typeof definePendingObjectRepository>>

/** What became of the claim that an upload gives up. */
export type Abandonment =
  | { outcome: 'abandoned' }
  /** It was committed, though the answer got lost, or the sweeper has it. */
  | { outcome: 'not held' }

type Key = { key: string }

/** Keys that the storage may hold and no file row names. */
export function definePendingObjectRepository({ pendingObjects, files }: TenantTables) {
  const { s3_path, state, deadline } = pendingObjects
  const inGrace = { state: 'delete', deadline: secondsFromNow(GRACE) } as const

  const reserve = rendered(({ key, seconds }: Named<Key & { seconds: number }>) =>
    query.insert(pendingObjects).values({ s3_path: key, state: 'upload', deadline: secondsFromNow(seconds) })
  )
  const abandon = rendered(({ key }: Named<Key>) =>
    query
      .update(pendingObjects)
      .set(inGrace)
      .where(and(eq(s3_path, key), eq(state, 'upload')))
      .returning({ s3_path })
  )
  // Claimed rows come up again if whoever claimed them dies before it has removed the object.
  const claimDue = rendered(({ limit }: Named<{ limit: number }>) => {
    const due = query
      .select({ s3_path })
      .from(pendingObjects)
      .where(and(lte(deadline, now), or(eq(state, 'delete'), lte(deadline, secondsAgo(GRACE)))))
      .orderBy(asc(deadline))
      .limit(limit)
      .for('update', { skipLocked: true })
    return query.update(pendingObjects).set(inGrace).where(inArray(s3_path, due)).returning({ s3_path })
  })
  const remove = rendered(({ key }: Named<Key>) =>
    query.delete(pendingObjects).where(and(eq(s3_path, key), eq(state, 'delete')))
  )
  const adopt = rendered(({ key }: Named<Key>) => {
    const stray = { s3_path: sql`${key}::varchar`, state: sql`'delete'`, deadline: now }
    const named = query.select({ id: files.id }).from(files).where(eq(files.s3_path, key))
    return sql`${insertSelect(pendingObjects, stray)} where ${notExists(named)} on conflict do nothing`
  })
  const listKeysAfter = rendered(({ key, limit }: Named<Key & { limit: number }>) =>
    query.select({ s3_path }).from(pendingObjects).where(gt(s3_path, key)).orderBy(asc(s3_path)).limit(limit)
  )
  const find = rendered(({ key }: Named<Key>) =>
    query.select({ s3_path }).from(pendingObjects).where(eq(s3_path, key))
  )

  return (client: Client) => ({
    /** Promises to clean up after an upload to this key that does not commit within `seconds`. */
    async reserve(key: string, seconds: number): Promise<void> {
      await reserve(client, { key, seconds })
    },
    /** Ends the upload's claim on its key; the sweeper takes it when the grace time is over. */
    async abandon(key: string): Promise<Abandonment> {
      const { length } = await abandon(client, { key })
      return { outcome: length > 0 ? 'abandoned' : 'not held' }
    },
    /** Claims up to `limit` keys whose objects are to be removed now. */
    async claimDue(limit: number): Promise<string[]> {
      return (await claimDue(client, { limit })).map((row) => row.s3_path)
    },
    /** Takes in a key that neither a file nor a promise here names, to be removed at once. */
    async adopt(key: string): Promise<void> {
      await adopt(client, { key })
    },
    /** The keys after `key`, in the order of their bytes. */
    async listKeysAfter(key: string, limit: number): Promise<string[]> {
      return (await listKeysAfter(client, { key, limit })).map((row) => row.s3_path)
    },
    async has(key: string): Promise<boolean> {
      return (await find(client, { key })).length > 0
    },
    /** Forgets a key whose object is gone. */
    async remove(key: string): Promise<void> {
      await remove(client, { key })
    }
  })
}
