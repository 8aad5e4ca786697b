import type postgres from 'postgres'

/**
 * Waits for the advisory lock with this name in the database; the session holds it until it ends.
 * https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export async function takeLock(session: postgres.Sql, name: string): Promise<void> {
  await session`select pg_advisory_lock(hashtext(${name}))`
}

/** Takes the lock if it is free; false if another session holds it. */
export async function tryLock(session: postgres.Sql, name: string): Promise<boolean> {
  return (await session`select where pg_try_advisory_lock(hashtext(${name}))`).length > 0
}
