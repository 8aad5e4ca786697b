import { randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import { createListener, type Listening } from '../../db/listener.js'
import { listenForChanges, notify } from '../../db/main/access-notifications.js'
import type { AccessChanges } from './access.js'

/**
 * Milliseconds after which every process has either received a change or knows that it may have missed it. Revocations
 * must take effect within a second; the remaining time is for answering the request.
 */
const MAX_AGE_MS = 800
const HEARTBEAT_MS = 200
const RETRY_MS = 250

export interface ChangeListener {
  /**
   * True while every change committed more than `MAX_AGE_MS` ago has been received. The first call starts listening,
   * and the listener reconnects as often as necessary; a process that never calls this opens no connection.
   */
  isFresh(): boolean
  close(): Promise<void>
}

/**
 * Receives the triggers' notifications about users, sessions, members and tenants from the main database. PostgreSQL
 * delivers notifications in commit order, so the echo of our own heartbeat proves that everything committed before that
 * heartbeat was sent has been received. Without an echo, for whatever reason, the cache becomes stale: a lost
 * connection need not be detected.
 * @param url must connect to the server itself, not to a pooler
 */
export function createChangeListener(
  url: string,
  changes: AccessChanges,
  log: FastifyBaseLogger
): ChangeListener {
  let heardUntil = -Infinity

  function open(): Listening {
    // One channel per connection: an echo on an earlier connection says nothing about changes missed since.
    const heartbeats = `strongroom_${randomUUID()}`
    return {
      listen: (sql) => listenForChanges(sql, heartbeats),
      ask: (sql) => notify(sql, heartbeats, String(performance.now())),
      heard(channel, payload) {
        if (channel === heartbeats) heardUntil = Number(payload)
        else tell(payload, changes)
      }
    }
  }

  const listener = createListener(url, {
    applicationName: 'strongroom-listener',
    askEveryMs: HEARTBEAT_MS,
    retryMs: RETRY_MS,
    open,
    // PostgreSQL does not deliver changes made while this process was not listening.
    onListening: () => changes.everythingChanged(),
    onLost: (error) =>
      log.warn({ err: error }, 'cannot receive access changes; every request asks the database'),
    onBack: () => log.info('receiving access changes again')
  })

  return {
    isFresh() {
      listener.start()
      return performance.now() - heardUntil < MAX_AGE_MS
    },
    close: () => listener.close()
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
