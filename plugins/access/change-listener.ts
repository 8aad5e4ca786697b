import { randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import { createListener, type Listening } from '../../db/listener.js'
import { listenForChanges, notify } from '../../db/main/access-notifications.js'
import type { AccessChanges } from './access.js'

/**
 * Milliseconds within which every process has received a change, or knows that it may have missed it. A revocation is
 * promised to be seen within a second; the rest is for the request that is being answered.
 */
const MAX_AGE_MS = 800
const HEARTBEAT_MS = 200
const RETRY_MS = 250

export interface ChangeListener {
  /**
   * True while every change committed more than `MAX_AGE_MS` ago has been received. The first call starts listening,
   * over as many connections as it takes; a process that never calls this needs none.
   */
  isFresh(): boolean
  close(): Promise<void>
}

/**
 * Receives the triggers' notifications about users, sessions, members and tenants from the main database. PostgreSQL
 * delivers notifications in commit order, so the echo of our own heartbeat proves that everything committed before it
 * was sent has been received. Without an echo the cache becomes stale, whatever the reason: a lost connection need not
 * be detected.
 * @param url connects to the server itself, not to a pooler
 */
export function createChangeListener(
  url: string,
  changes: AccessChanges,
  log: FastifyBaseLogger
): ChangeListener {
  let heardUntil = -Infinity

  function open(): Listening {
    // For this connection only: echoes of an earlier one say nothing about what was missed since.
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
    // Changes made while nobody listened will not be delivered.
    onListening: () => changes.everythingChanged(),
    onLost: (error) =>
      log.warn({ err: error }, 'changes of access cannot be received; every request asks the database'),
    onBack: () => log.info('changes of access are received again')
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
