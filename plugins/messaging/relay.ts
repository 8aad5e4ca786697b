import type { FastifyBaseLogger } from 'fastify'
import { MAIN_OUTBOX, type DirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'
import type { EventLogRepository } from '../../db/event-log-repository.js'
import type { LogsAreComplete } from './log-switch.js'
import { createTurns } from './turns.js'

/** Runs work on the outbox and log of a tenant, or of the main database; null if the tenant is gone. */
export type WithLog = <T>(outbox: string, work: (log: EventLogRepository) => Promise<T>) => Promise<T | null>

/** What happens to events once they are in a log: they are published, or handled. */
export interface LogWork {
  /** Works on the log of this outbox soon. */
  ask(outbox: string): void
  close(): Promise<void>
}

export interface RelayDependencies {
  dirtyTenants: Pick<DirtyTenantRepository, 'claimLooks'>
  withLog: WithLog
  logsAreComplete: LogsAreComplete
  work: LogWork
  /** Called when a turn has ended, with the number of events that it took into the log. */
  onTurn: (outbox: string, taken: number) => void
  log: FastifyBaseLogger
}

export interface Relay {
  /** Relays this outbox soon, since something was committed to it. */
  nudge(outbox: string): void
  /** Keeps looking for outboxes with events that no nudge announced. */
  startSweeping(): void
  /** Starts no more turns, and resolves when the running ones have ended. */
  close(): Promise<void>
}

/** Maximum number of events that one statement takes or one turn publishes. */
export const BATCH = 500
/** Outboxes relayed at the same time. */
const CONCURRENCY = 8
const SWEEP_MS = 2_000
const SWEEP_LIMIT = 1_000
/**
 * Milliseconds that an outbox or a log rests after a turn: otherwise, a tenant that changes all the time would get a
 * turn for every event, which costs more than the change.
 */
export const REST_MS = 20
/** Milliseconds until an outbox is tried again after a failure. */
export const FAILURE_RETRY_MS = 1_000

/**
 * Takes events from the outboxes into their logs, which order them, and leaves the rest to `work`: even while a broker
 * is down, others can read the logs.
 */
export function createRelay(dependencies: RelayDependencies): Relay {
  const { dirtyTenants, withLog, logsAreComplete, work, onTurn, log } = dependencies
  let closed = false
  let timer: NodeJS.Timeout | undefined

  const turns = createTurns({
    concurrency: CONCURRENCY,
    restMs: REST_MS,
    retryMs: FAILURE_RETRY_MS,
    onError: (error, outbox) =>
      log.warn({ err: error, outbox }, 'taking events into the log failed and will be tried again'),
    async work(outbox) {
      // Until the logs are complete, the publisher takes events, under the lease that relays of earlier versions
      // respect: otherwise these could publish newer events first.
      const taken = (await logsAreComplete()) ? ((await withLog(outbox, takeBatch)) ?? 0) : 0
      work.ask(outbox)
      onTurn(outbox, taken)
      // The rest waits for another turn, so that other outboxes get turns in between.
      return taken === BATCH ? 'more' : 'done'
    }
  })

  async function sweep(): Promise<void> {
    try {
      turns.ask(MAIN_OUTBOX)
      for (const tenantId of await dirtyTenants.claimLooks(SWEEP_LIMIT)) turns.ask(tenantId)
    } catch (error) {
      log.warn({ err: error }, 'looking for events to relay failed and will be tried again')
    }
    if (!closed) timer = setTimeout(() => void sweep(), SWEEP_MS)
  }

  return {
    nudge: (outbox) => turns.ask(outbox),
    startSweeping: () => void sweep(),
    async close() {
      closed = true
      clearTimeout(timer)
      await turns.close()
      await work.close()
    }
  }
}

const takeBatch = (events: EventLogRepository): Promise<number> => events.take(BATCH)
