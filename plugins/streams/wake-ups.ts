import type postgres from 'postgres'
import type { FastifyBaseLogger } from 'fastify'
import { sleep } from '../../core/concurrency/sleep.js'
import { within } from '../../core/concurrency/timeout.js'
import { connect } from '../../db/connect.js'
import { askForLife, listenForEvents } from '../../db/main/event-notifications.js'

/** A connection that does not answer within this is given up, in milliseconds. */
const PATIENCE_MS = 3_000
/** Milliseconds between two looks whether it still does. */
const CHECK_MS = 5_000
const RETRY_MS = 500

export interface WakeUps {
  /** Connects, and from then on reconnects, over one connection. */
  start(): void
  close(): Promise<void>
}

/**
 * Hears of additions to event logs. Some may be missed, so readers also look by themselves now and then.
 * https://www.postgresql.org/docs/current/sql-notify.html
 * @param url connects to the server itself: LISTEN does not work through a pooler in transaction mode
 * @param heard called with the name of a log; undefined: any log, since notifications may have been missed
 */
export function createWakeUps(
  url: string,
  heard: (log: string | undefined) => void,
  log: FastifyBaseLogger
): WakeUps {
  const stop = new AbortController()
  let silent = false
  let running: Promise<void> | undefined

  async function listen(sql: postgres.Sql, lost: AbortSignal): Promise<void> {
    const until = AbortSignal.any([stop.signal, lost])
    await within(PATIENCE_MS, listenForEvents(sql))
    heard(undefined)
    if (silent) log.info('wake-ups for streams are received again')
    silent = false
    while (!until.aborted) {
      await within(PATIENCE_MS, askForLife(sql))
      await sleep(CHECK_MS, until)
    }
  }

  const stopped = () => stop.signal.aborted

  async function run(): Promise<void> {
    while (!stopped()) {
      const lost = new AbortController()
      const options = {
        max: 1,
        connect_timeout: 3,
        max_lifetime: null,
        fetch_types: false,
        onnotice: () => undefined,
        // The driver's own listen() reconnects by itself, and does not report that it had to.
        onnotify: (_channel: string, name: string) => heard(name),
        onclose: () => lost.abort(),
        connection: { application_name: 'strongroom-streams' }
      }
      const sql = connect(url, options)
      try {
        await listen(sql, lost.signal)
      } catch (error) {
        // Once per outage, not per attempt.
        if (!silent && !stopped())
          log.warn({ err: error }, 'wake-ups for streams cannot be received; events arrive up to 5 s later')
        silent = true
      }
      await sql.end({ timeout: 0 })
      await sleep(RETRY_MS, stop.signal)
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
