import { and, asc, eq, gt, gte, inArray, lt, lte, not, notExists, or, sql } from 'drizzle-orm'
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
import { isHeld } from './holds-repository.js'
import type { TenantTables } from './schema.js'

/**
 * Seconds between an upload's deadline and the removal of its object by the sweeper: longer than an abandoned request
 * can take to reach the storage.
 */
const GRACE = 60
/** The same for an object that was sent in parts: S3 may go on assembling it for minutes. */
export const ASSEMBLY_GRACE = 600
/** Rows per statement. */
const BATCH = 5_000

export type PendingObjectRepository = ReturnType<ReturnType<typeof definePendingObjectRepository>>

/** How the bytes of an upload go to the storage: in one request, or as a stream, which S3 gets in parts. */
export type Written = 'whole' | 'in parts'

/** What to do with an adopted key: remove its object now, or abandon it like an upload, since it may be still to come. */
export type Adopted = 'delete' | 'upload'

/** The outcome of abandoning an upload's claim. */
export type Abandonment =
  | { outcome: 'abandoned' }
  /** The upload was committed although the answer was lost, or the sweeper has the key. */
  | { outcome: 'not held' }

type Key = { key: string }

/** Keys that may exist in the storage without a file row. */
export function definePendingObjectRepository(tables: TenantTables) {
  const { pendingObjects, files } = tables
  const { s3_path, state, deadline } = pendingObjects
  const inGrace = { state: 'delete', deadline: secondsFromNow(GRACE) } as const
  const nothingHeld = not(isHeld(tables))

  const reserve = rendered(({ key, seconds }: Named<Key & { seconds: number }>) =>
    query
      .insert(pendingObjects)
      .values({ s3_path: key, state: 'upload', deadline: secondsFromNow(seconds) })
      // The insertion is repeated if the tenant was moved meanwhile. Keys are random, so an existing row is the
      // caller's own.
      .onConflictDoNothing()
  )
  const abandon = rendered(({ key, seconds }: Named<Key & { seconds: number }>) =>
    query
      .update(pendingObjects)
      .set({ state: 'delete', deadline: secondsFromNow(seconds) })
      .where(and(eq(s3_path, key), eq(state, 'upload')))
      .returning({ s3_path })
  )
  // A claimed row is due again afterwards, in case the process dies before it has removed the object.
  const claimDue = rendered(({ limit }: Named<{ limit: number }>) => {
    const due = query
      .select({ s3_path })
      .from(pendingObjects)
      .where(and(lte(deadline, now), or(eq(state, 'delete'), lte(deadline, secondsAgo(GRACE))), nothingHeld))
      .orderBy(asc(deadline))
      .limit(limit)
      .for('update', { skipLocked: true })
    return query.update(pendingObjects).set(inGrace).where(inArray(s3_path, due)).returning({ s3_path })
  })
  const claim = rendered(({ key }: Named<Key>) =>
    query
      .update(pendingObjects)
      .set(inGrace)
      .where(and(eq(s3_path, key), eq(state, 'delete'), nothingHeld))
      .returning({ s3_path })
  )
  const remove = rendered(({ key }: Named<Key>) =>
    query.delete(pendingObjects).where(and(eq(s3_path, key), eq(state, 'delete')))
  )
  const adopt = rendered(({ key, as }: Named<Key & { as: Adopted }>) => {
    const stray = { s3_path: sql`${key}::varchar`, state: sql`${as}::varchar`, deadline: now }
    const named = query.select({ id: files.id }).from(files).where(eq(files.s3_path, key))
    return sql`${insertSelect(pendingObjects, stray)} where ${notExists(named)} on conflict do nothing`
  })
  // The keys below a folder are '…/' <= key < '…0', since '0' follows '/'.
  const abandonBelow = rendered(
    ({
      from,
      before,
      seconds,
      limit
    }: Named<{ from: string; before: string; seconds: number; limit: number }>) => {
      const below = query
        .select({ s3_path })
        .from(pendingObjects)
        .where(and(gte(s3_path, from), lt(s3_path, before), eq(state, 'upload')))
        .limit(limit)
      return query
        .update(pendingObjects)
        .set({ state: 'delete', deadline: secondsFromNow(seconds) })
        .where(inArray(s3_path, below))
        .returning({ s3_path })
    }
  )
  const listKeysAfter = rendered(({ key, limit }: Named<Key & { limit: number }>) =>
    query.select({ s3_path }).from(pendingObjects).where(gt(s3_path, key)).orderBy(asc(s3_path)).limit(limit)
  )
  const find = rendered(({ key }: Named<Key>) =>
    query.select({ s3_path }).from(pendingObjects).where(eq(s3_path, key))
  )

  return (client: Client) => ({
    /** Reserves a key: the sweeper removes its object unless the upload commits within `seconds`. */
    async reserve(key: string, seconds: number): Promise<void> {
      await reserve(client, { key, seconds })
    },
    /**
     * Ends the upload's claim on its key; the sweeper takes the key after {@link GRACE} seconds, or
     * {@link ASSEMBLY_GRACE} for an object that was written in parts.
     */
    async abandon(key: string, written: Written): Promise<Abandonment> {
      const seconds = written === 'whole' ? GRACE : ASSEMBLY_GRACE
      const { length } = await abandon(client, { key, seconds })
      return { outcome: length > 0 ? 'abandoned' : 'not held' }
    },
    /**
     * Ends the claims of uploads on all keys below a folder; the sweeper takes the keys after `seconds`.
     * @param folder ends in a slash
     */
    async abandonBelow(folder: string, seconds: number): Promise<void> {
      const range = { from: folder, before: `${folder.slice(0, -1)}0` }
      for (;;) {
        const { length } = await abandonBelow(client, { ...range, seconds, limit: BATCH })
        if (length < BATCH) return
      }
    },
    /** Claims a key in order to remove its object now; false if it is not marked for removal, or a hold is in force. */
    async claim(key: string): Promise<boolean> {
      return (await claim(client, { key })).length > 0
    },
    /** Claims up to `limit` keys whose objects are due for removal; none while a hold is in force. */
    async claimDue(limit: number): Promise<string[]> {
      return (await claimDue(client, { limit })).map((row) => row.s3_path)
    },
    /**
     * Adds a key, due at once, unless a file or a row here already has it. Only for a key that `has` did not find before:
     * this does not see the file of a commit that removes the key's row meanwhile.
     */
    async adopt(key: string, as: Adopted): Promise<void> {
      await adopt(client, { key, as })
    },
    /** The keys after `key`, in byte order. */
    async listKeysAfter(key: string, limit: number): Promise<string[]> {
      return (await listKeysAfter(client, { key, limit })).map((row) => row.s3_path)
    },
    async has(key: string): Promise<boolean> {
      return (await find(client, { key })).length > 0
    },
    /** Deletes a key whose object is gone. */
    async remove(key: string): Promise<void> {
      await remove(client, { key })
    }
  })
}
