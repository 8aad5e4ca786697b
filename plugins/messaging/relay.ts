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
  /** Lends the outbox of a tenant, or of the main database; null when the tenant is gone. */
  withOutbox: <T>(outbox: string, work: (repository: OutboxRepository) => Promise<T>) => Promise<T | null>
  producer: EventProducer
  topicPrefix: string
  /** Seconds that delivered events are kept; 0 deletes them. */
  retention: number
  /** Told of events that Kafka has acknowledged. */
  onPublished: (events: OutboxEvent[]) => void
  /** Told of so many events that must not be published. */
  onSetAside: (events: number) => void
  log: FastifyBaseLogger
}

export interface Relay {
  /** Relays this outbox soon: something was committed to it. */
  nudge(outbox: string): void
  /** Looks for outboxes with events that nobody was nudged about, again and again. */
  startSweeping(): void
  /** Finishes what is being published and stops. */
  close(): Promise<void>
}

const BATCH = 500
/** Outboxes that are worked on at the same time. */
const CONCURRENCY = 8
/**
 * Seconds; longer than publishing one batch can take, renewed for every batch, and as long as the events of a
 * relay that was killed have to wait. Should it run out while its holder still publishes, events are repeated
 * and none is out of order: both relays publish what was there in the order of the rows, so that of each event
 * the earlier delivery comes before those of all later events.
 */
const LEASE = 15
const SWEEP_MS = 2_000
const SWEEP_LIMIT = 1_000
/** Refused events that a line of the log names. */
const SHOWN = 5
/** Milliseconds until an outbox is tried again that another relay holds, or whose events Kafka did not take. */
const BUSY_RETRY_MS = 100
const FAILURE_RETRY_MS = 1_000
const BUSY_RETRIES = 20

/**
 * Seconds after which a mark may be cleared once the outbox was seen empty. An event may commit as late as
 * the mark's debounce, plus waiting for a tenant connection, plus the longest statement, after the mark.
 */
export const CLEAR_AFTER = 2 * Math.ceil((MARK_DEBOUNCE_MS + STATEMENT_TIMEOUT_MS) / 1000) + 60

/**
 * Publishes what is in the outboxes, oldest first, and deletes it when the broker has acknowledged it. One
 * relay at a time works on an outbox, by a lease in the main database, so the order within a topic and
 * tenant is the order of the rows; no tenant connection is held while Kafka is slow.
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
      // Whoever is at it may have looked before the newest event was committed: it comes again afterwards.
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
      // After that many tries the sweep looks after it: the mark stays until the outbox was seen empty.
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

  /** They stay in the outbox, out of the way of those behind them. */
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
