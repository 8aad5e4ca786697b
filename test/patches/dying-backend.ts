import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import postgres from 'postgres'
import type { Test } from 'tap'
import { identify, signal } from '../../scripts/embedded/process-identity.js'

/** What a client may see when its connection goes away: by the driver, by the socket, by the server. */
const connectionErrors = new Set(['CONNECTION_CLOSED', 'ECONNRESET', 'EPIPE', '57P01'])

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

export function isConnectionError(error: unknown): boolean {
  return connectionErrors.has(codeOf(error))
}

/** Resolves to the error that `promise` rejects with; fails the test when it resolves. */
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

/** Stops a process of PostgreSQL until the test ends; it may have ended by then. */
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
 * A pool under test, a second connection that kills its backends and looks at what they left, and a table of
 * their own. Everything is closed and dropped when the test ends.
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
    // What lost its client may still sleep, and hold locks.
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

  /** The next time that a connection of the pool is known to be closed. Ask before closing it. */
  async function closed(): Promise<void> {
    await once(events, 'close')
  }

  /** Not sent before it is awaited, as every query of postgres.js. */
  function insert(on: postgres.ISql, note: string) {
    return on`insert into ${on(table)} values (${note})`
  }

  /** From now on every insert hangs in pg_sleep(), or its COMMIT when the timing is deferred. */
  async function slowInserts(timing: '' | 'deferrable initially deferred'): Promise<void> {
    await admin.unsafe(`
      create function pg_temp.slow() returns trigger language plpgsql as
        $$ begin perform pg_sleep(60); return new; end $$;
      create constraint trigger slow after insert on ${table} ${timing}
        for each row execute function pg_temp.slow()`)
  }

  /** What has been committed, as another session sees it. */
  async function notes(): Promise<string[]> {
    const rows = await admin<{ note: string }[]>`select note from ${admin(table)} order by note`
    return rows.map((row) => row.note)
  }

  async function pidOf(on: postgres.ISql): Promise<number> {
    const [row] = await on<{ pid: number }[]>`select pg_backend_pid() as pid`
    if (!row) throw new Error('pg_backend_pid() returned nothing')
    return row.pid
  }

  /** Returns when the backend is gone; the client may not know yet. */
  async function terminate(pid: number): Promise<void> {
    const [row] = await admin<{ gone: boolean }[]>`select pg_terminate_backend(${pid}, 20000) as gone`
    if (!row?.gone) throw new Error(`Backend ${pid} did not go away`)
  }

  /** Terminates the backend when it is inside of pg_sleep(), or waits for a lock. */
  async function terminateBusy(pid: number): Promise<void> {
    for (;;) {
      const busy = await admin`
        select from pg_stat_activity
        where pid = ${pid} and state = 'active' and (wait_event = 'PgSleep' or wait_event_type = 'Lock')`
      if (busy.length > 0) return terminate(pid)
    }
  }

  /**
   * Runs a transaction that must reject with a connection error. It rejects as soon as the connection is lost:
   * wait also for the callback, which goes on until it notices.
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

  /** The pool answers 50 queries one by one, 50 at once, and a transaction. */
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
