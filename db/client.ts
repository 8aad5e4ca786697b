import postgres from 'postgres'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'

/** A pool of connections to one database: raw SQL and Drizzle over the same connections. */
export interface DatabaseClient {
  sql: postgres.Sql
  db: PostgresJsDatabase
  /** What its connections are doing, and how many queries wait for one. */
  pool(): { idle: number; busy: number; connecting: number; waiting: number }
  /** Waits up to five seconds for running queries, then closes every connection. */
  close(): Promise<void>
}

export interface ClientOptions {
  /** The most connections that are open at once; they are opened when needed. */
  max: number
  /** Shown in pg_stat_activity. */
  applicationName: string
  /** Seconds after which an unused connection is closed; without it, never. */
  idleTimeout?: number
}

/** No statement of ours runs longer; the relay's timing relies on it (see docs/ARCHITECTURE.md). Milliseconds. */
export const STATEMENT_TIMEOUT_MS = 30_000

const INT8 = 20
const TIMESTAMPTZ = 1184

/**
 * Opens a pool. Nothing connects before the first query. This is the one place that decodes: `int8` becomes
 * a number, `timestamptz` RFC 3339 text in UTC, for raw and Drizzle queries alike.
 */
export function createClient(url: string, options: ClientOptions): DatabaseClient {
  const sql = postgres(url, {
    max: options.max,
    ...(options.idleTimeout !== undefined && { idle_timeout: options.idleTimeout }),
    connect_timeout: 5,
    // Queries wait for the next attempt to connect: so an outage is answered, and its end noticed, in seconds.
    backoff: (attempts) => Math.min(1, 0.05 * 2 ** attempts),
    // Array types are not used, and looking them up costs every new connection a round trip.
    fetch_types: false,
    onnotice: () => undefined,
    connection: {
      application_name: options.applicationName,
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      statement_timeout: STATEMENT_TIMEOUT_MS
    }
  })
  const db = drizzle(sql)
  // After drizzle(), which replaces the date parsers of the client it is given.
  sql.options.parsers[INT8] = toSafeInteger
  sql.options.parsers[TIMESTAMPTZ] = toRfc3339
  return { sql, db, pool: () => sql.pool(), close: () => sql.end({ timeout: 5 }) }
}

/** A statement with $1, $2 … that PostgreSQL prepares once per connection. */
export function statement<Row extends object>(
  sql: postgres.Sql | postgres.TransactionSql,
  text: string
): (...parameters: (string | number | boolean | null)[]) => Promise<Row[]> {
  return async (...parameters) => [...(await sql.unsafe<Row[]>(text, parameters, { prepare: true }))]
}

/** @throws {RangeError} when a number is too large for a double; no column of ours can hold one */
function toSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit into a JavaScript number`)
  return value
}

/** `2026-01-02 03:04:05.6+00`, as PostgreSQL writes it with TimeZone=UTC, becomes `2026-01-02T03:04:05.600Z`. */
function toRfc3339(text: string): string {
  const [, date, time, fraction = ''] = /^(\S+) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text) ?? []
  if (date === undefined || time === undefined) throw new RangeError(`"${text}" is not a time in UTC`)
  return `${date}T${time}.${fraction.padEnd(3, '0')}Z`
}
