import type postgres from 'postgres'
import { drizzle } from 'drizzle-orm/postgres-js'
import { sleep } from '../core/concurrency/sleep.js'
import { connect } from './connect.js'
import { readTextArray } from './text-array.js'
import { codeOf, SQLSTATE } from './error-codes.js'

/** A pool of connections to one database. */
export interface DatabaseClient {
  sql: postgres.Sql
  /** The number of connections in each state, and of queries waiting for a connection. */
  pool(): { idle: number; busy: number; connecting: number; closed: number; waiting: number }
  /** Waits up to five seconds for running queries, then closes every connection. */
  close(): Promise<void>
}

/** Where a database is. */
export interface DatabaseAddress {
  url: string
  /**
   * Whether the URL leads to a pooler in transaction mode. The client then keeps no session state on its connections,
   * and its timeouts are those of the login or the database: `prepareMainDatabase` and `limitSessions` set them.
   */
  pooled: boolean
}

export interface ClientOptions {
  /** The most connections open at once; each is opened when it is needed. */
  max: number
  /** Shown in pg_stat_activity. */
  applicationName: string
  /** Seconds after which an unused connection is closed; by default never. */
  idleTimeout?: number
  /** PostgreSQL settings for its sessions, which override those of login and database; not with a pooler. */
  settings?: Record<string, string>
  /**
   * For connections that serve many schemas: the maximum number of prepared statements per connection, and the number
   * of schemas after which a connection is replaced. All parameters must be text, or of a type that the statement makes
   * explicit.
   */
  shared?: { statements: number; schemas: number }
  /**
   * Seconds without an answer after which the client gives up on a statement; by default a little more than the
   * statement timeout.
   */
  silence?: number
  /** Decides when the pool may open a connection, where several pools share a limit. */
  gate?: postgres.Gate
}

/** The statement timeout in milliseconds; the relay's timing relies on it (see docs/ARCHITECTURE.md). */
export const STATEMENT_TIMEOUT_MS = 30_000

/**
 * Milliseconds after which PostgreSQL ends a transaction that waits for its client. If the client's host has vanished,
 * TCP would keep the transaction's locks for two hours. See `letIdle`.
 */
export const IDLE_TRANSACTION_MS = 60_000

/** PostgreSQL settings that limit a session. */
export const SESSION_LIMITS = {
  statement_timeout: STATEMENT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS
}

/**
 * Seconds after which a server that has not answered a statement counts as frozen or unreachable. A healthy server
 * would have timed the statement out by then.
 */
const SILENCE_TIMEOUT = STATEMENT_TIMEOUT_MS / 1000 + 10

const INT8 = 20
const TEXT_ARRAY = 1009
const TIMESTAMPTZ = 1184

/**
 * Opens a pool, which connects at the first query. Values are decoded only here, for raw and Drizzle queries alike:
 * `int8` becomes a number, `timestamptz` RFC 3339 text in UTC.
 */
export function createClient(address: string | DatabaseAddress, options: ClientOptions): DatabaseClient {
  const { url, pooled } = typeof address === 'string' ? { url: address, pooled: false } : address
  const { shared } = options
  const sql = connect(url, {
    max: options.max,
    ...(options.idleTimeout !== undefined && { idle_timeout: options.idleTimeout }),
    connect_timeout: 5,
    silence_timeout: options.silence ?? SILENCE_TIMEOUT,
    // Queries wait for the next connection attempt. Short delays let them notice an outage, and its end, within
    // seconds.
    backoff: (attempts) => (attempts === 0 ? 0 : Math.min(1, 0.05 * 2 ** attempts)),
    prepare: !pooled,
    ...(shared && { describe_first: false, max_prepared: shared.statements }),
    // We cannot replace a pooler's connections.
    ...(shared && !pooled && { max_schemas: shared.schemas }),
    // Looking up array types would cost each new connection a round trip; the only one in use is set below.
    fetch_types: false,
    onnotice: () => undefined,
    ...(options.gate && { gate: options.gate }),
    connection: {
      application_name: options.applicationName,
      TimeZone: 'UTC',
      // Spelled as the server reports it, or PgBouncer would set it again for every transaction.
      DateStyle: 'ISO, MDY',
      // PgBouncer refuses settings that it does not track for each client.
      ...(!pooled && { ...SESSION_LIMITS, ...options.settings })
    }
  })
  // JSON and times are sent and read as Drizzle's columns expect, except for these.
  drizzle(sql)
  sql.options.parsers[INT8] = toSafeInteger
  sql.options.parsers[TEXT_ARRAY] = readTextArray
  sql.options.parsers[TIMESTAMPTZ] = toRfc3339
  return { sql, pool: () => sql.pool(), close: () => sql.end({ timeout: 5 }) }
}

/** Milliseconds to wait for a server that has no free connection. */
const CONNECTION_WAIT_MS = 5_000
const CONNECTION_RETRY_MS = 50

/**
 * Retries `work` while the server refuses new connections (53300), just as a query waits for a full pool. The server
 * refuses before anything is sent, so `work` can be any statement or transaction.
 */
export async function whenConnected<T>(work: () => Promise<T>): Promise<T> {
  const lastAttempt = performance.now() + CONNECTION_WAIT_MS
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (codeOf(error) !== SQLSTATE.tooManyConnections || performance.now() > lastAttempt) throw error
      await sleep(CONNECTION_RETRY_MS)
    }
  }
}

/** Runs several statements that commit together or not at all. */
export function withTransaction<T>(
  sql: postgres.Sql,
  work: (transaction: postgres.TransactionSql) => Promise<T>
): Promise<T> {
  return whenConnected(() => sql.begin(work) as Promise<T>)
}

/**
 * Clamps numbers beyond the exact range of a double to the nearest safe integer. We write no such numbers, but anyone
 * with write access to a tenant's database could, and one such row must not make lists fail.
 */
function toSafeInteger(text: string): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number(text), Number.MAX_SAFE_INTEGER))
}

/**
 * `2026-01-02 03:04:05.6+00`, as PostgreSQL writes it with TimeZone=UTC, becomes `2026-01-02T03:04:05.600Z`. Lists have
 * dozens of these, so the text is sliced instead of parsed: its parts are always in the same positions. Infinity and
 * years without four digits become the first or last possible moment, for the reason given at `toSafeInteger`.
 */
function toRfc3339(text: string): string {
  const end = text.length - ZONE.length
  if (text[SECONDS_BEGIN - 1] !== ' ' || !text.endsWith(ZONE))
    return text.startsWith('-') || text.endsWith('BC') ? FIRST_MOMENT : LAST_MOMENT
  const fraction = end === SECONDS_END ? '.000' : text.slice(SECONDS_END, end).padEnd(4, '0')
  return `${text.slice(0, SECONDS_BEGIN - 1)}T${text.slice(SECONDS_BEGIN, SECONDS_END)}${fraction}Z`
}

const FIRST_MOMENT = '0001-01-01T00:00:00.000Z'
const LAST_MOMENT = '9999-12-31T23:59:59.999Z'
const ZONE = '+00'
/** Where the time of day begins and its seconds end. */
const SECONDS_BEGIN = '2026-01-02 '.length
const SECONDS_END = '2026-01-02 03:04:05'.length
