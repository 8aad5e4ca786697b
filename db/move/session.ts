import type postgres from 'postgres'
import { connect } from '../connect.js'

/** The tables of a tenant: a database of its own with the schema `public`, or a schema of a shared database. */
export interface MovedPlace {
  /** Of the database, as the owner of the tables, without a pooler in between. */
  url: string
  schema: string
}

/** Milliseconds after which a server gives up on a mover that no longer answers. */
const SILENCE_MS = 10_000

/**
 * Runs work on a connection of its own to a tenant's place. Values are written the same way by every server, so that
 * rows can be compared as text.
 * @param name tells the server's sessions of one mover from others; see `endSessions`
 */
export async function withMover<T>(
  { url }: MovedPlace,
  name: string,
  work: (session: postgres.Sql) => Promise<T>
): Promise<T> {
  const session = connect(url, {
    max: 1,
    connect_timeout: 5,
    fetch_types: false,
    prepare: false,
    onnotice: () => undefined,
    connection: {
      application_name: name,
      statement_timeout: 0,
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

/** A transaction whose locks end with a mover that no longer answers. */
export async function boundLocks(transaction: postgres.TransactionSql, lockTimeoutMs: number): Promise<void> {
  await transaction.unsafe(`set local lock_timeout = ${lockTimeoutMs};
    set local idle_in_transaction_session_timeout = ${SILENCE_MS};
    set local synchronous_commit = on`)
}

/** Ends the sessions of that name on a server, and returns when they are gone: nothing of theirs can still commit. */
export async function endSessions(session: postgres.Sql, name: string): Promise<void> {
  for (;;) {
    const ended = await session`
      select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where application_name = ${name} and usename = current_user and pid <> pg_backend_pid()`
    if (ended.length === 0) return
  }
}
