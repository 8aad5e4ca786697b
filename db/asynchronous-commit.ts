import { sql } from 'drizzle-orm'

/**
 * An expression for RETURNING, or for the SELECT after a statement's CTEs, that lets the transaction commit without
 * waiting for the disk. If the server crashes within the next 0.6 s (three times `wal_writer_delay`), the change may be
 * lost. Use it only for changes that are simply repeated in that case: leases, cursors, verification results. It is
 * evaluated for each returned row, so a statement that changes no rows does not affect the commit.
 * https://www.postgresql.org/docs/current/wal-async-commit.html
 */
export const asynchronously = sql<string>`set_config('synchronous_commit', 'off', true)`

/** The same for the query builder, which returns it as a column. */
export const asynchronousCommit = { commit: asynchronously.as('commit') }
