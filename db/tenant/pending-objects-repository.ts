import type postgres from 'postgres'
import { statement } from '../client.js'
import type { TenantTableNames } from './table-names.js'

/**
 * Seconds between the end of an upload's time and the sweeper taking its object: longer than a request to
 * the storage that was given up may still take to arrive there.
 */
export const GRACE = 60

export type PendingObjectRepository = ReturnType<typeof createPendingObjectRepository>

/** Keys that the storage may hold and no file row names. */
export function createPendingObjectRepository(
  sql: postgres.Sql,
  { pendingObjects, files }: TenantTableNames
) {
  const reserve = statement(
    sql,
    `insert into ${pendingObjects} (s3_path, state, deadline)
     values ($1, 'upload', now() + make_interval(secs => $2))`
  )
  const abandon = statement(
    sql,
    `update ${pendingObjects} set state = 'delete', deadline = now() + make_interval(secs => $2)
     where s3_path = $1 and state = 'upload' returning s3_path`
  )
  // Claimed rows come up again if whoever claimed them dies before it has removed the object.
  const claimDue = statement<{ s3_path: string }>(
    sql,
    `update ${pendingObjects} set state = 'delete', deadline = now() + make_interval(secs => $2)
     where s3_path in (
       select s3_path from ${pendingObjects}
       where deadline <= now() and (state = 'delete' or deadline <= now() - make_interval(secs => $2))
       order by deadline limit $1 for update skip locked)
     returning s3_path`
  )
  const remove = statement(sql, `delete from ${pendingObjects} where s3_path = $1 and state = 'delete'`)

  const adopt = statement(
    sql,
    `insert into ${pendingObjects} (s3_path, state, deadline)
     select $1::varchar, 'delete', now() where not exists (select from ${files} where s3_path = $1::varchar)
     on conflict do nothing`
  )
  const listKeysAfter = statement<{ s3_path: string }>(
    sql,
    `select s3_path from ${pendingObjects} where s3_path > $1 order by s3_path limit $2`
  )
  const find = statement(sql, `select from ${pendingObjects} where s3_path = $1`)

  return {
    /** Promises to clean up after an upload to this key that does not commit within `ttl` seconds. */
    async reserve(s3Path: string, ttl: number): Promise<void> {
      await reserve(s3Path, ttl)
    },
    /**
     * Ends the upload's claim on its key; the sweeper takes it when the grace time is over. False when the
     * upload had no claim any more: it was committed, though the answer got lost, or the sweeper has it.
     */
    async abandon(s3Path: string): Promise<boolean> {
      return (await abandon(s3Path, GRACE)).length > 0
    },
    /** Claims up to `limit` keys whose objects are to be removed now. */
    async claimDue(limit: number): Promise<string[]> {
      return (await claimDue(limit, GRACE)).map((row) => row.s3_path)
    },
    /** Takes in a key that neither a file nor a promise here names, to be removed at once. */
    async adopt(s3Path: string): Promise<void> {
      await adopt(s3Path)
    },
    /** The keys behind `key`, in the order of their bytes. */
    async listKeysAfter(key: string, limit: number): Promise<string[]> {
      return (await listKeysAfter(key, limit)).map((row) => row.s3_path)
    },
    async has(s3Path: string): Promise<boolean> {
      return (await find(s3Path)).length > 0
    },
    /** Forgets a key whose object is gone. */
    async remove(s3Path: string): Promise<void> {
      await remove(s3Path)
    }
  }
}
