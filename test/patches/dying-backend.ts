import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import postgres from 'postgres'
import type { Test } from 'tap'
import { identify, signal } from '../../scripts/embedded/process-identity.js'

/** The errors of a lost connection, from the driver, the socket or the server. */
const connectionErrors = new Set(['CONNECTION_CLOSED', 'ECONNRESET', 'EPIPE', '57P01'])

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

export function isConnectionError(error: unknown): boolean {
  return connectionErrors.has(codeOf(error))
}

/** Returns the error that `promise` rejects with; fails the test unless it is a connection error. */
export async function rejection(t: Test, promise: Promise<unknown>, what: string): Promise<unknown> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason
  )
  t.ok(isConnectionError(error), `${what} rejects with a connection error: ${codeOf(error)}`)
  return error
}

/** A promise and the function that resolves it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

/** Freezes a PostgreSQL process until the test ends; it may have exited by then. */
export function freeze(t: Test, pid: number): void {
  const session = identify(pid)
  if (session === undefined) throw new Error(`There is no process ${pid}`)
  signal(session, 'SIGSTOP')
  t.teardown(() => signal(session, 'SIGCONT'))
}

export function testDatabaseUrl(): string {
  const url = process.env['TEST_DATABASE_URL']
  if (!url) throw new Error('TEST_DATABASE_URL must name a PostgreSQL server, as a superuser')
  return url
}

/**
 * A pool under test, an admin connection that kills its backends and reads what they left, and a table for the
 * test. Everything is closed and dropped when the test ends.
 */
export async function setUp(
  t: Test,
  options: postgres.Options<Record<string, never>> = {},
  url = testDatabaseUrl()
) {
  const admin = postgres(testDatabaseUrl(), { max: 2, onnotice: () => undefined })
  const events = new EventEmitter()
  const table = `dying_backend_${randomUUID().replaceAll('-', '')}`
  await admin`create table ${admin(table)} (note text not null)`

  const sql = postgres(url, {
    max: 1,
    onnotice: () => undefined,
    onclose: () => void events.emit('close'),
    connection: { application_name: table },
    ...options
  })

  t.teardown(async () => {
    await sql.end({ timeout: 5 })
    // Backends that lost their client may still sleep and hold locks.
    await admin`select pg_terminate_backend(pid, 20000) from pg_stat_activity where application_name = ${table}`
    await admin`drop table ${admin(table)}`
    await admin.end()
  })

  return {
    sql,
    admin,
    table,
    events,
    closed,
    insert,
    slowInserts,
    notes,
    pidOf,
    terminate,
    terminateBusy,
    dies,
    recovers
  }

  /** Resolves when the pool next learns that a connection is closed. Call it before closing one. */
  async function closed(): Promise<void> {
    await once(events, 'close')
  }

  /** Sent only once it is awaited, like every query of postgres.js. */
  function insert(on: postgres.ISql, note: string) {
    return on`insert into ${on(table)} values (${note})`
  }

  /** Makes every later insert hang in pg_sleep(), or its COMMIT if the timing is deferred. */
  async function slowInserts(timing: '' | 'deferrable initially deferred'): Promise<void> {
    await admin.unsafe(`
      create function pg_temp.slow() returns trigger language plpgsql as
        $$ begin perform pg_sleep(60); return new; end $$;
      create constraint trigger slow after insert on ${table} ${timing}
        for each row execute function pg_temp.slow()`)
  }

  /** The committed notes, as another session sees them. */
  async function notes(): Promise<string[]> {
    const rows = await admin<{ note: string }[]>`select note from ${admin(table)} order by note`
    return rows.map((row) => row.note)
  }

  async function pidOf(on: postgres.ISql): Promise<number> {
    const [row] = await on<{ pid: number }[]>`select pg_backend_pid() as pid`
    if (!row) throw new Error('pg_backend_pid() returned nothing')
    return row.pid
  }

  /** Terminates a backend and waits until it is gone; the client may not know yet. */
  async function terminate(pid: number): Promise<void> {
    const [row] = await admin<{ gone: boolean }[]>`select pg_terminate_backend(${pid}, 20000) as gone`
    if (!row?.gone) throw new Error(`Backend ${pid} did not go away`)
  }

  /** Terminates a backend once it is in pg_sleep() or waits for a lock. */
  async function terminateBusy(pid: number): Promise<void> {
    for (;;) {
      const busy = await admin`
        select from pg_stat_activity
        where pid = ${pid} and state = 'active' and (wait_event = 'PgSleep' or wait_event_type = 'Lock')`
      if (busy.length > 0) return terminate(pid)
    }
  }

  /**
   * Runs a transaction that must reject with a connection error. It rejects as soon as the connection is lost, so this
   * also waits for the callback, which runs on until it notices.
   */
  async function dies(work: (tx: postgres.TransactionSql) => Promise<unknown>): Promise<void> {
    let callback: Promise<unknown> = Promise.reject(new Error('The transaction never began'))
    callback.catch(() => undefined)
    await rejection(
      t,
      sql.begin((tx) => (callback = work(tx))),
      'the transaction'
    )
    await callback.catch((error: unknown) => {
      if (!isConnectionError(error)) throw error
    })
  }

  /** Asserts that the pool answers 50 queries one by one, 50 at once, and a transaction. */
  async function recovers(): Promise<void> {
    const ask = async (i: number): Promise<boolean> => {
      const rows = await sql<{ i: number }[]>`select ${i}::int as i`
      return rows.length === 1 && rows[0]?.i === i
    }
    let right = 0
    for (let i = 0; i < 50; i++) if (await ask(i)) right++
    for (const answer of await Promise.all(Array.from({ length: 50 }, (_, i) => ask(i)))) if (answer) right++
    t.equal(right, 100, 'the pool answers every query')
    t.equal(await sql.begin(async (tx) => (await tx`select 1`).count), 1, 'the pool runs a transaction')
  }
}
