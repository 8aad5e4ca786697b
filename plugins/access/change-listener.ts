import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import type { FastifyBaseLogger } from 'fastify'
import { connect } from '../../db/connect.js'
import type { AccessChanges } from './access.js'
import { sleep } from '../../core/concurrency/sleep.js'
import { within } from '../../core/concurrency/timeout.js'

/**
 * Milliseconds within which every process has heard of a change, or knows that it may not have. A revocation
 * is promised to be seen within a second; the rest is for the request that is being answered.
 */
const MAX_AGE_MS = 800
const HEARTBEAT_MS = 200
/** A heartbeat that takes longer than this came to nothing, and a new connection is tried. */
const PATIENCE_MS = 3_000
const RETRY_MS = 250
/** Where the triggers of db/main/migrations speak to. */
const CHANNEL = 'strongroom_access'

export interface ChangeListener {
  /**
   * True while every change that was committed more than `MAX_AGE_MS` ago has been told. The first question
   * begins to listen, over as many connections as it takes; who never asks needs none.
   */
  isFresh(): boolean
  close(): Promise<void>
}

interface Listening {
  sql: postgres.Sql
  /** The channel on which this connection speaks to itself. */
  heartbeats: string
  /** Ends the wait between two heartbeats when the connection has ended. */
  lost: AbortController
}

/**
 * Hears from the main database what the triggers tell of users, sessions, members and tenants. PostgreSQL
 * delivers notifications in the order of their commits, so the echo of a heartbeat of our own proves that
 * everything committed before it was sent has been heard. Silence makes what is remembered stale, whatever
 * the reason for it: there is nothing that has to be noticed in time.
 * https://www.postgresql.org/docs/current/sql-notify.html
 * @param url leads to the server itself: LISTEN does not survive a pooler in transaction mode
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
    // Of this connection alone: echoes of an earlier one say nothing of what was missed since.
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
      // The driver's own listen() connects again by itself, and does not tell in time that it had to.
      onnotify: hear,
      onclose: () => lost.abort(),
      connection: { application_name: 'strongroom-listener' }
    }
    return { sql: connect(url, options), heartbeats, lost }
  }

  async function listen({ sql, heartbeats, lost }: Listening): Promise<void> {
    const until = AbortSignal.any([stop.signal, lost.signal])
    await within(PATIENCE_MS, sql.unsafe(`listen "${CHANNEL}"; listen "${heartbeats}"`))
    // Whatever changed while nobody listened is not going to be told.
    changes.everythingChanged()
    if (silent) log.info('changes of access are heard again')
    silent = false
    while (!until.aborted) {
      await within(PATIENCE_MS, sql`select pg_notify(${heartbeats}, ${String(performance.now())})`)
      await sleep(HEARTBEAT_MS, until)
    }
  }

  async function run(): Promise<void> {
    while (!stopped()) {
      const listening = open()
      try {
        await listen(listening)
      } catch (error) {
        // Once for an outage, not once for every attempt.
        if (!silent && !stopped())
          log.warn({ err: error }, 'changes of access cannot be heard; every request asks the database')
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
