import type postgres from 'postgres'
import { drizzle } from 'drizzle-orm/postgres-js'
import { sleep } from '../core/concurrency/sleep.js'
import { connect } from './connect.js'
import { codeOf, SQLSTATE } from './error-codes.js'

/** A pool of connections to one database. */
export interface DatabaseClient {
  sql: postgres.Sql
  /** What its connections are doing, and how many queries wait for one. */
  pool(): { idle: number; busy: number; connecting: number; waiting: number }
  /** Waits up to five seconds for running queries, then closes every connection. */
  close(): Promise<void>
}

/** Where a database is found. */
export interface DatabaseAddress {
  url: string
  /**
   * The URL leads to a pooler in transaction mode: then nothing is left on a connection, and the limit of statements
   * is that of our login in this database, which `prepareMainDatabase` sets.
   */
  pooled: boolean
}

export interface ClientOptions {
  /** The most connections that are open at once; they are opened when needed. */
  max: number
  /** Shown in pg_stat_activity. */
  applicationName: string
  /** Seconds after which an unused connection is closed; without it, never. */
  idleTimeout?: number
  /** Settings of PostgreSQL that its sessions have whatever the login or the database says; for no pooler. */
  settings?: Record<string, string>
  /** False where there are too many different statements for every connection to remember. */
  prepare?: boolean
}

/** No statement of ours runs longer; the relay's timing relies on it (see docs/ARCHITECTURE.md). Milliseconds. */
export const STATEMENT_TIMEOUT_MS = 30_000

const INT8 = 20
const TIMESTAMPTZ = 1184

/**
 * Opens a pool. Nothing connects before the first query. This is the one place that decodes: `int8` becomes
 * a number, `timestamptz` RFC 3339 text in UTC, for raw and Drizzle queries alike.
 */
export function createClient(address: string | DatabaseAddress, options: ClientOptions): DatabaseClient {
  const { url, pooled } = typeof address === 'string' ? { url: address, pooled: false } : address
  const { prepare = true } = options
  const sql = connect(url, {
    max: options.max,
    ...(options.idleTimeout !== undefined && { idle_timeout: options.idleTimeout }),
    connect_timeout: 5,
    // Queries wait for the next attempt to connect: so an outage is answered, and its end noticed, in seconds.
    backoff: (attempts) => Math.min(1, 0.05 * 2 ** attempts),
    prepare: prepare && !pooled,
    // Array types are not used, and looking them up costs every new connection a round trip.
    fetch_types: false,
    onnotice: () => undefined,
    connection: {
      application_name: options.applicationName,
      TimeZone: 'UTC',
      // As the server reports it: PgBouncer would set it anew for every transaction if it were written otherwise.
      DateStyle: 'ISO, MDY',
      // PgBouncer refuses what it does not keep track of for each client.
      ...(!pooled && { statement_timeout: STATEMENT_TIMEOUT_MS, ...options.settings })
    }
  })
  // JSON and times go in and come out as Drizzle's columns expect, but for these.
  drizzle(sql)
  sql.options.parsers[INT8] = toSafeInteger
  sql.options.parsers[TIMESTAMPTZ] = toRfc3339
  return { sql, pool: () => sql.pool(), close: () => sql.end({ timeout: 5 }) }
}

/** Opens a connection, where none is open: a server that has none left, or a login that is refused, is noticed. */
export async function connectOnce({ sql }: DatabaseClient): Promise<void> {
  await sql`select 1`.simple()
}

/** Milliseconds for which a statement waits for the server to have a connection for it. */
const CONNECTION_WAIT_MS = 5_000
const CONNECTION_RETRY_MS = 50

/**
 * Waits while the server refuses new connections (53300) because it has no more: like waiting in line for a full pool.
 * It refuses before anything is sent, so `work` may be a statement or a transaction, whatever it does.
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

/** Several statements that commit together, or not at all. */
export function withTransaction<T>(
  sql: postgres.Sql,
  work: (transaction: postgres.TransactionSql) => Promise<T>
): Promise<T> {
  return whenConnected(() => sql.begin(work) as Promise<T>)
}

/**
 * Numbers that a double cannot hold become the nearest one of which it is certain. We write none, but anyone who can write
 * into a tenant's database can, and one such row must not make lists of it fail.
 */
function toSafeInteger(text: string): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number(text), Number.MAX_SAFE_INTEGER))
}

/**
 * `2026-01-02 03:04:05.6+00`, as PostgreSQL writes it with TimeZone=UTC, becomes `2026-01-02T03:04:05.600Z`. Lists have
 * dozens of these, so it only cuts: everything stands where it always does, but for infinity and for years that have
 * no four digits, which become the first or last moment that there is (see `toSafeInteger`).
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
/** Where the time of day begins, and where its seconds end. */
const SECONDS_BEGIN = '2026-01-02 '.length
const SECONDS_END = '2026-01-02 03:04:05'.length
