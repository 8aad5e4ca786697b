import { sql } from 'drizzle-orm'

/**
 * An expression for RETURNING, or for the SELECT behind a statement's CTEs, that lets the transaction commit without waiting
 * for the disk. If the server crashes within its next 0.6 s (three times `wal_writer_delay`), what the statement changed
 * is as it was before, so only what is done again from there may use it: leases, cursors, results of verifying. It is
 * evaluated for the rows that are returned, so a statement that changes none has no effect on the commit either.
 * https://www.postgresql.org/docs/current/wal-async-commit.html
 */
export const asynchronously = sql<string>`set_config('synchronous_commit', 'off', true)`

/** The same for the query builder, which returns it as a column. */
export const asynchronousCommit = { commit: asynchronously.as('commit') }
