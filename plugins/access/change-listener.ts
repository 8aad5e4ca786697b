import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import type { FastifyBaseLogger } from 'fastify'
import { connect } from '../../db/connect.js'
import { listenForChanges, notify } from '../../db/main/access-notifications.js'
import type { AccessChanges } from './access.js'
import { sleep } from '../../core/concurrency/sleep.js'
import { within } from '../../core/concurrency/timeout.js'

/**
 * Milliseconds within which every process has received a change, or knows that it may have missed it. A revocation is
 * promised to be seen within a second; the rest is for the request that is being answered.
 */
const MAX_AGE_MS = 800
const HEARTBEAT_MS = 200
/** A heartbeat that takes longer than this has failed, and a new connection is tried. */
const PATIENCE_MS = 3_000
const RETRY_MS = 250

export interface ChangeListener {
  /**
   * True while every change committed more than `MAX_AGE_MS` ago has been received. The first call starts listening,
   * over as many connections as it takes; a process that never calls this needs none.
   */
  isFresh(): boolean
  close(): Promise<void>
}

interface Listening {
  sql: postgres.Sql
  /** The channel on which this connection notifies itself. */
  heartbeats: string
  /** Ends the wait between two heartbeats when the connection has closed. */
  lost: AbortController
}

/**
 * Receives the triggers' notifications about users, sessions, members and tenants from the main database. PostgreSQL
 * delivers notifications in commit order, so the echo of our own heartbeat proves that everything committed before it
 * was sent has been received. Without an echo the cache becomes stale, whatever the reason: a lost connection need not
 * be detected. https://www.postgresql.org/docs/current/sql-notify.html
 * @param url connects to the server itself: LISTEN does not work through a pooler in transaction mode
 */
export function createChangeListener(
  url: string,
  changes: AccessChanges,
  log: FastifyBaseLogger
): ChangeListener {
  const stop = new AbortController()
  const stopped = () => stop.signal.aborted
  let heardUntil = -Infinity
  let silent = false
  let running: Promise<void> | undefined

  function open(): Listening {
    const lost = new AbortController()
    // For this connection only: echoes of an earlier one say nothing about what was missed since.
    const heartbeats = `strongroom_${randomUUID()}`
    const hear = (channel: string, payload: string) => {
      if (channel === heartbeats) heardUntil = Number(payload)
      else tell(payload, changes)
    }
    const options = {
      max: 1,
      connect_timeout: 3,
      max_lifetime: null,
      fetch_types: false,
      onnotice: () => undefined,
      // The driver's own listen() reconnects by itself, and does not report in time that it had to.
      onnotify: hear,
      onclose: () => lost.abort(),
      connection: { application_name: 'strongroom-listener' }
    }
    return { sql: connect(url, options), heartbeats, lost }
  }

  async function listen({ sql, heartbeats, lost }: Listening): Promise<void> {
    const until = AbortSignal.any([stop.signal, lost.signal])
    await within(PATIENCE_MS, listenForChanges(sql, heartbeats))
    // Changes made while nobody listened will not be delivered.
    changes.everythingChanged()
    if (silent) log.info('changes of access are received again')
    silent = false
    while (!until.aborted) {
      await within(PATIENCE_MS, notify(sql, heartbeats, String(performance.now())))
      await sleep(HEARTBEAT_MS, until)
    }
  }

  async function run(): Promise<void> {
    while (!stopped()) {
      const listening = open()
      try {
        await listen(listening)
      } catch (error) {
        // Once per outage, not per attempt.
        if (!silent && !stopped())
          log.warn({ err: error }, 'changes of access cannot be received; every request asks the database')
        silent = true
      }
      await listening.sql.end({ timeout: 0 })
      await sleep(RETRY_MS, stop.signal)
    }
  }

  return {
    isFresh() {
      running ??= run()
      return performance.now() - heardUntil < MAX_AGE_MS
    },
    async close() {
      stop.abort()
      await running
    }
  }
}

function tell(payload: string, changes: AccessChanges): void {
  const [kind, id = '', second = ''] = payload.split(':')
  if (kind === 'session') changes.sessionChanged(id)
  else if (kind === 'user') changes.userChanged(id)
  else if (kind === 'member') changes.memberChanged(id, second)
  else if (kind === 'tenant') changes.tenantChanged(id)
  else changes.everythingChanged()
}
