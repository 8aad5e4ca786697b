import type { FastifyBaseLogger } from 'fastify'
import { MAIN_OUTBOX, type DirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'
import type { OutboxEvent, OutboxRepository } from '../../db/outbox-repository.js'
import { STATEMENT_TIMEOUT_MS } from '../../db/client.js'
import type { EventProducer } from './kafka-producer.js'
import { MARK_DEBOUNCE_MS } from './outboxes.js'
import { MAX_DATA_BYTES, sortEvents, type RefusedEvent } from './tenant-events.js'

export interface RelayDependencies {
  /** Identifies this process among all relays. */
  owner: string
  dirtyTenants: DirtyTenantRepository
  /** Runs work on the outbox of a tenant, or of the main database; null if the tenant is gone. */
  withOutbox: <T>(outbox: string, work: (repository: OutboxRepository) => Promise<T>) => Promise<T | null>
  producer: EventProducer
  topicPrefix: string
  /** Seconds that delivered events are kept; 0 deletes them. */
  retention: number
  /** Called with events that Kafka has acknowledged. */
  onPublished: (events: OutboxEvent[]) => void
  /** Called with the number of events that must not be published. */
  onSetAside: (events: number) => void
  log: FastifyBaseLogger
}

export interface Relay {
  /** Relays this outbox soon, since something was committed to it. */
  nudge(outbox: string): void
  /** Keeps looking for outboxes with events that no nudge announced. */
  startSweeping(): void
  /** Stops once the batches being published are settled. */
  close(): Promise<void>
}

const BATCH = 500
/** Outboxes relayed at the same time. */
const CONCURRENCY = 8
/**
 * In seconds: longer than publishing one batch can take, and how long events wait after their relay was killed.
 * Renewed for every batch. If it expires while its holder is still publishing, events are repeated but none is out
 * of order: both relays publish in the order of the rows, so the first delivery of each event comes before the
 * first delivery of every later one.
 */
const LEASE = 15
const SWEEP_MS = 2_000
const SWEEP_LIMIT = 1_000
/** How many refused events one log line names. */
const SHOWN = 5
/** Milliseconds until an outbox is tried again that another relay holds, or whose events Kafka did not accept. */
const BUSY_RETRY_MS = 100
const FAILURE_RETRY_MS = 1_000
const BUSY_RETRIES = 20

/**
 * The age in seconds at which the mark of an outbox found empty may be cleared. An event may commit this long after
 * its mark: the debounce, plus the wait for a tenant connection, plus the longest statement.
 */
export const CLEAR_AFTER = 2 * Math.ceil((MARK_DEBOUNCE_MS + STATEMENT_TIMEOUT_MS) / 1000) + 60

/**
 * Publishes the events in the outboxes, oldest first, and deletes them once the broker has acknowledged them. A lease
 * in the main database gives each outbox to one relay at a time, so events of a topic and tenant keep the order of
 * the rows. No tenant connection is held while Kafka is slow.
 */
export function createRelay(dependencies: RelayDependencies): Relay {
  const { owner, dirtyTenants, withOutbox, producer, topicPrefix, retention, log } = dependencies
  const { onPublished, onSetAside } = dependencies
  /** Waiting outboxes, and how often each was found busy in a row. */
  const waiting = new Map<string, number>()
  const running = new Map<string, Promise<void>>()
  const timers = new Set<NodeJS.Timeout>()
  let closed = false

  function enqueue(outbox: string, busyRetries = 0): void {
    if (closed) return
    waiting.set(outbox, Math.min(busyRetries, waiting.get(outbox) ?? busyRetries))
    pump()
  }

  function pump(): void {
    for (const [outbox, busyRetries] of waiting) {
      if (running.size >= CONCURRENCY) return
      // The current run may have looked before the newest event was committed, so the outbox is relayed again after it.
      if (running.has(outbox)) continue
      waiting.delete(outbox)
      const done = relay(outbox, busyRetries)
        .catch((error: unknown) => {
          log.warn({ err: error, outbox }, 'relaying events failed and will be tried again')
          later(outbox, FAILURE_RETRY_MS)
        })
        .finally(() => {
          running.delete(outbox)
          pump()
        })
      running.set(outbox, done)
    }
  }

  function later(outbox: string, milliseconds: number, busyRetries = 0): void {
    if (closed) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      enqueue(outbox, busyRetries)
    }, milliseconds)
    timers.add(timer)
  }

  async function relay(outbox: string, busyRetries: number): Promise<void> {
    const { outcome } = await dirtyTenants.acquire(outbox, owner, LEASE)
    if (outcome === 'held') {
      // After that many tries it is left to the sweep: the mark stays until the outbox is found empty.
      if (busyRetries < BUSY_RETRIES) later(outbox, BUSY_RETRY_MS, busyRetries + 1)
      return
    }
    try {
      let batch = await relayBatch(outbox)
      while (batch === 'more' && !closed) {
        await dirtyTenants.acquire(outbox, owner, LEASE)
        batch = await relayBatch(outbox)
      }
      if (batch === 'failed') later(outbox, FAILURE_RETRY_MS)
      if (batch === 'empty') await dirtyTenants.clear(outbox, owner, CLEAR_AFTER)
    } finally {
      await dirtyTenants.release(outbox, owner)
    }
  }

  async function relayBatch(outbox: string): Promise<'empty' | 'done' | 'more' | 'failed'> {
    const found =
      (await withOutbox(outbox, (repository) => repository.listUnpublished(BATCH, MAX_DATA_BYTES))) ?? []
    if (found.length === 0) return 'empty'
    const { events, messages, refused } = sortEvents(found, outbox, topicPrefix)
    if (refused.length > 0) await setAside(outbox, refused)
    const outcomes = await producer.publish(messages)
    const delivered = events.filter((_event, index) => outcomes[index] === true)
    onPublished(delivered)
    const ids = delivered.map((event) => event.event_id)
    if (ids.length > 0) await withOutbox(outbox, (repository) => repository.settle(ids, retention))
    if (delivered.length < events.length) return 'failed'
    return found.length === BATCH ? 'more' : 'done'
  }

  /** The events stay in the outbox but no longer hold up those behind them. */
  async function setAside(outbox: string, refused: RefusedEvent[]): Promise<void> {
    await withOutbox(outbox, (repository) => repository.setAside(refused.map(({ event_id }) => event_id)))
    onSetAside(refused.length)
    const some = refused.slice(0, SHOWN)
    log.error({ outbox, events: refused.length, some }, 'set aside events that no tenant may write')
  }

  async function sweep(): Promise<void> {
    try {
      enqueue(MAIN_OUTBOX)
      for (const tenantId of await dirtyTenants.listFree(SWEEP_LIMIT)) enqueue(tenantId)
    } catch (error) {
      log.warn({ err: error }, 'looking for events to relay failed and will be tried again')
    }
    if (closed) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      void sweep()
    }, SWEEP_MS)
    timers.add(timer)
  }

  return {
    nudge: (outbox) => enqueue(outbox),
    startSweeping: () => void sweep(),
    async close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      waiting.clear()
      await Promise.all(running.values())
    }
  }
}
