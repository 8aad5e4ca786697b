import { setMaxListeners } from 'node:events'
import type { FastifyBaseLogger } from 'fastify'
import pLimit from 'p-limit'
import { atOnce } from '../../core/concurrency/in-turn.js'
import { MAX_EVENT_BYTES, type EventType, type StrongroomEvent } from '../../core/events.js'
import type { EventLogRepository } from '../../db/event-log-repository.js'
import type { DirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'
import type { StoredEvent } from '../../db/stored-event.js'
import type { Outcome } from './assignment-work.js'
import { parseEvent } from './event.js'
import { createOutages } from './outages.js'
import { CLEAR_AFTER } from './publisher.js'
import { BATCH, FAILURE_RETRY_MS, type LogWork, type WithLog } from './relay.js'
import { RETRY, tryToHandle, type RetryOptions, type Trial } from './retries.js'
import { acceptEvent, refusalOf } from './tenant-events.js'
import { createTurns } from './turns.js'

export interface LogHandlingDependencies {
  /** Identifies this process among all workers. */
  owner: string
  dirtyTenants: Pick<DirtyTenantRepository, 'acquire' | 'release' | 'clear'>
  withLog: WithLog
  /** The types of events, each of which has a handler with its own cursor. */
  types: readonly EventType[]
  /** Must be idempotent, as for messages from Kafka. */
  handle: (event: StrongroomEvent) => Promise<void>
  /** Events handled at the same time. */
  concurrency: number
  /** Types whose events are independent of each other: all that are read at once are handled at once. */
  anyOrder?: ReadonlySet<string>
  onDone: (event: StoredEvent, outcome: Outcome) => void
  log: FastifyBaseLogger
  retry?: RetryOptions
}

/** In seconds: how long events wait after their worker was killed. Renewed while a handler runs. */
const LEASE = 15
/** Maximum number of handlers that run, or wait for their next attempt, at the same time. */
const AT_WORK = 64
/** Events read at once. */
const READ_AT_ONCE = 20

/**
 * Without Kafka: passes the events of the logs to the handlers. For each log and type of event, one worker at a time
 * continues from a cursor, so that a handler that is slow or fails holds up no other. It handles events in order,
 * unless the order of their type does not matter. An event that still fails after its retries is set aside for that
 * handler.
 */
export function createLogHandling(dependencies: LogHandlingDependencies): LogWork {
  const { owner, dirtyTenants, withLog, types, handle, onDone, log, retry = RETRY } = dependencies
  const { anyOrder = new Set() } = dependencies
  const inTurn = pLimit(dependencies.concurrency)
  const outageOf = createOutages(retry.outageMs)
  const ending = new AbortController()
  // Each event between two attempts adds a listener.
  setMaxListeners(0, ending.signal)
  const onError = (error: unknown, key: string) =>
    log.warn({ err: error, log: key }, 'handling the events of a log failed and will be tried again')

  const logs = createTurns({ concurrency: 8, retryMs: FAILURE_RETRY_MS, onError, work: look })
  const handlers = createTurns({
    concurrency: AT_WORK,
    retryMs: FAILURE_RETRY_MS,
    onError,
    work: handlerTurn
  })

  /** Finds out which handlers have something to do. */
  async function look(outbox: string): Promise<void> {
    const pending = await withLog(outbox, ({ cursors }) => cursors.listPending(types))
    for (const type of pending ?? []) handlers.ask(`${outbox}/${type}`)
    if (pending !== null && pending.length > 0) return
    await withLog(outbox, ({ cursors }) => cursors.advance(types))
    const state = await withLog(outbox, (events) => events.state('handlers'))
    if (state?.retry === true) for (const type of types) handlers.ask(`${outbox}/${type}`)
    else if (state?.drained !== false) await clearMark(outbox)
  }

  async function clearMark(outbox: string): Promise<void> {
    if ((await dirtyTenants.acquire(outbox, owner, LEASE)).outcome === 'held') return
    await dirtyTenants.clear(outbox, owner, CLEAR_AFTER)
    await dirtyTenants.release(outbox, owner)
  }

  /**
   * Does nothing while another worker has the lease: the outbox stays marked until everything is done, so a later look
   * asks again.
   */
  async function handlerTurn(key: string): Promise<void> {
    const [outbox = '', type = ''] = key.split('/')
    const within = <T>(work: (events: EventLogRepository) => Promise<T>) => withLog(outbox, work)
    const start = await within(({ cursors }) => cursors.claim(type, owner, LEASE))
    if (start === null) return
    let position = start
    const keep = () => within(({ cursors }) => cursors.save(type, owner, position, LEASE))
    const renewal = setInterval(
      () => void keep().catch((error: unknown) => onError(error, key)),
      (LEASE * 1000) / 3
    )
    try {
      await again(outbox, type)
      for (;;) {
        const found = await within(({ cursors }) =>
          cursors.listAfter(type, position, READ_AT_ONCE, MAX_EVENT_BYTES)
        )
        if (found === null || found.length === 0) break
        for (const some of anyOrder.has(type) ? [found] : found.map((event) => [event])) {
          const trials = await Promise.all(some.map((event) => attempt(event, outbox)))
          if (trials.some(({ result }) => result === 'ended')) return
          for (const [index, trial] of trials.entries())
            if (trial.result === 'failed')
              await setAside(outbox, type, some[index] as StoredEvent, trial.error)
          position = some.at(-1)?.position ?? position
          if ((await keep()) !== true) return
          for (const [index, { result }] of trials.entries())
            onDone(some[index] as StoredEvent, result === 'failed' ? 'dead_lettered' : 'handled')
        }
        if (found.length < READ_AT_ONCE) break
      }
    } finally {
      clearInterval(renewal)
      await within(({ cursors }) => cursors.release(type, owner))
    }
    logs.ask(outbox)
  }

  /** Handles the refused events that an operator wants tried again. */
  async function again(outbox: string, type: string): Promise<void> {
    const found = await withLog(outbox, ({ refused }) => refused.listRetries(type, BATCH, MAX_EVENT_BYTES))
    for (const event of found ?? []) {
      const trial = await attempt(event, outbox)
      if (trial.result === 'ended') return
      if (trial.result === 'failed') await setAside(outbox, type, event, trial.error)
      else
        await withLog(outbox, ({ refused }) => refused.remove({ position: event.position, consumer: type }))
    }
  }

  async function attempt(stored: StoredEvent, outbox: string): Promise<Trial> {
    const { position } = stored
    let event: StrongroomEvent
    try {
      const { position: _position, ...accepted } = acceptEvent(stored, outbox)
      event = parseEvent(Buffer.from(JSON.stringify(accepted)))
    } catch (error) {
      return { result: 'failed', error }
    }
    return tryToHandle(
      { handle: () => handle(event), outage: outageOf(`${outbox}/${event.event_type}`) },
      retry,
      anyOrder.has(event.event_type) ? atOnce : inTurn,
      ending.signal,
      (error, attempt) => log.warn({ err: error, outbox, position, attempt }, 'Handling an event failed')
    )
  }

  async function setAside(
    outbox: string,
    type: string,
    { position }: StoredEvent,
    error: unknown
  ): Promise<void> {
    await withLog(outbox, ({ refused }) => refused.refuse(type, [{ position, error: refusalOf(error) }]))
    log.error({ err: error, outbox, position, event_type: type }, 'An event was set aside')
  }

  return {
    ask: (outbox) => logs.ask(outbox),
    async close() {
      ending.abort()
      await Promise.all([logs.close(), handlers.close()])
    }
  }
}
