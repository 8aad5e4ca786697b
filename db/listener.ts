import type postgres from 'postgres'
import { sleep } from '../core/concurrency/sleep.js'
import { within } from '../core/concurrency/timeout.js'
import { connect } from './connect.js'

/** Milliseconds to wait for an answer; after that the listener drops the connection and opens a new one. */
const PATIENCE_MS = 3_000

/** The work on one connection. */
export interface Listening {
  /** Runs LISTEN. */
  listen(sql: postgres.Sql): Promise<void>
  /** Checks that the connection is alive; rejects otherwise. */
  ask(sql: postgres.Sql): Promise<void>
  heard(channel: string, payload: string): void
}

export interface ListenerOptions {
  applicationName: string
  /** Milliseconds between two liveness checks. */
  askEveryMs: number
  /** Milliseconds before reconnecting. */
  retryMs: number
  /** Called for every connection. */
  open(): Listening
  /** Called once a connection listens; earlier notifications may have been missed. */
  onListening(): void
  /** Called once per outage, not per attempt. */
  onLost(error: unknown): void
  /** Called when the outage is over. */
  onBack(): void
}

export interface Listener {
  /** Connects, and reconnects from then on; later calls do nothing. */
  start(): void
  close(): Promise<void>
}

/**
 * Receives notifications over one connection at a time; those sent between two connections are missed.
 * https://www.postgresql.org/docs/current/sql-notify.html
 * @param url connects to the server itself: LISTEN does not work through a pooler in transaction mode
 */
export function createListener(url: string, options: ListenerOptions): Listener {
  const stop = new AbortController()
  const stopped = () => stop.signal.aborted
  let silent = false
  let running: Promise<void> | undefined

  async function receive(sql: postgres.Sql, listening: Listening, lost: AbortSignal): Promise<void> {
    const until = AbortSignal.any([stop.signal, lost])
    await within(PATIENCE_MS, listening.listen(sql))
    options.onListening()
    if (silent) options.onBack()
    silent = false
    while (!until.aborted) {
      await within(PATIENCE_MS, listening.ask(sql))
      await sleep(options.askEveryMs, until)
    }
  }

  async function run(): Promise<void> {
    while (!stopped()) {
      // Ends the wait between two liveness checks when the connection has closed.
      const lost = new AbortController()
      const listening = options.open()
      const connection = {
        max: 1,
        connect_timeout: 3,
        max_lifetime: null,
        fetch_types: false,
        onnotice: () => undefined,
        // The driver's own listen() reconnects by itself, but reports it too late.
        onnotify: (channel: string, payload: string) => listening.heard(channel, payload),
        onclose: () => lost.abort(),
        connection: { application_name: options.applicationName }
      }
      const sql = connect(url, connection)
      try {
        await receive(sql, listening, lost.signal)
      } catch (error) {
        if (!silent && !stopped()) options.onLost(error)
        silent = true
      }
      await sql.end({ timeout: 0 })
      await sleep(options.retryMs, stop.signal)
    }
  }

  return {
    start() {
      running ??= run()
    },
    async close() {
      stop.abort()
      await running
    }
  }
}
