import type postgres from 'postgres'
import { connect } from '../connect.js'

/** Where a tenant's tables are: in the schema `public` of the tenant's own database, or in a schema of a shared one. */
export interface MovedPlace {
  /** The URL of the database, for the owner of the tables, without a pooler. */
  url: string
  schema: string
}

/** Milliseconds after which a server closes the session of a mover that no longer responds. */
const SILENCE_MS = 10_000

/**
 * Runs `work` on a new connection to a tenant's place. Its settings make all servers format values in the same way, so
 * that rows can be compared as text.
 * @param name identifies one mover's sessions on the server; see `endSessions`
 * @param statementMs maximum milliseconds of a statement; no limit by default, since copying takes long. A little later,
 *   a server that does not answer counts as unreachable
 */
export async function withMover<T>(
  { url }: MovedPlace,
  name: string,
  work: (session: postgres.Sql) => Promise<T>,
  statementMs = 0
): Promise<T> {
  const session = connect(url, {
    max: 1,
    connect_timeout: 5,
    fetch_types: false,
    prepare: false,
    ...(statementMs > 0 && { silence_timeout: (statementMs + SILENCE_MS) / 1000 }),
    onnotice: () => undefined,
    connection: {
      application_name: name,
      statement_timeout: statementMs,
      idle_in_transaction_session_timeout: 60 * SILENCE_MS,
      tcp_user_timeout: SILENCE_MS,
      TimeZone: 'UTC',
      DateStyle: 'ISO, MDY',
      bytea_output: 'hex',
      search_path: 'pg_catalog'
    }
  })
  try {
    return await work(session)
  } finally {
    await session.end({ timeout: 5 })
  }
}

/** Limits how long a transaction waits for a lock, and releases its locks soon after the mover stops responding. */
export async function boundLocks(transaction: postgres.TransactionSql, lockTimeoutMs: number): Promise<void> {
  await transaction.unsafe(`set local lock_timeout = ${lockTimeoutMs};
    set local idle_in_transaction_session_timeout = ${SILENCE_MS};
    set local synchronous_commit = on`)
}

/** Ends a mover's sessions on a server, and returns once they are gone, so that none of them can still commit. */
export async function endSessions(session: postgres.Sql, name: string): Promise<void> {
  for (;;) {
    const ended = await session`
      select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where application_name = ${name} and usename = current_user and pid <> pg_backend_pid()`
    if (ended.length === 0) return
  }
}
