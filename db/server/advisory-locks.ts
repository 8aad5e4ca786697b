import type postgres from 'postgres'

/**
 * Waits for the advisory lock with this name in the database; the session holds it until it ends.
 * https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export async function takeLock(session: postgres.Sql, name: string): Promise<void> {
  await session`select pg_advisory_lock(hashtext(${name}))`
}

/** The logins, other than ours, whose sessions hold the lock with this name in the database. */
export async function listForeignHolders(session: postgres.Sql, name: string): Promise<string[]> {
  const holders = await session<{ login: string }[]>`
    select usename as login from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and granted and usename <> current_user
      and database = (select oid from pg_database where datname = current_database())
      and objsubid = 1 and classid::bigint << 32 | objid::bigint = hashtext(${name})`
  return holders.map(({ login }) => login)
}

/** Takes the lock if it is free; false if another session holds it. */
export async function tryLock(session: postgres.Sql, name: string): Promise<boolean> {
  return (await session`select where pg_try_advisory_lock(hashtext(${name}))`).length > 0
}
