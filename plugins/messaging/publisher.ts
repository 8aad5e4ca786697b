import type { FastifyBaseLogger } from 'fastify'
import { MAX_EVENT_BYTES } from '../../core/events.js'
import type { DirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'
import type { OutboxEvent } from '../../db/stored-event.js'
import { KAFKA, type Refusal } from '../../db/refused-events-repository.js'
import { STATEMENT_TIMEOUT_MS } from '../../db/client.js'
import type { EventProducer } from './kafka-producer.js'
import type { LogsAreComplete } from './log-switch.js'
import { MARK_DEBOUNCE_MS } from './outboxes.js'
import { publishEvents } from './publish-events.js'
import { BATCH, FAILURE_RETRY_MS, REST_MS, type LogWork, type WithLog } from './relay.js'
import { sortEvents, type ToMessage } from './tenant-events.js'
import { createTurns } from './turns.js'

export interface PublisherDependencies {
  /** Identifies this process among all publishers. */
  owner: string
  dirtyTenants: Pick<DirtyTenantRepository, 'acquire' | 'release' | 'clear'>
  withLog: WithLog
  logsAreComplete: LogsAreComplete
  producer: EventProducer
  toMessage: ToMessage
  /** Called with events that Kafka has acknowledged. */
  onPublished: (events: OutboxEvent[]) => void
  /** Called with the number of events that were set aside. */
  onRefused: (events: number) => void
  log: FastifyBaseLogger
}

/** Logs published at the same time. */
const CONCURRENCY = 8
/**
 * In seconds: longer than publishing one batch can take, and how long events wait after their publisher was killed. The
 * lease is taken for every batch. If it expires while its holder is still publishing, events are repeated, but none is
 * out of order: both publishers follow the order of the log, so the first delivery of each event comes before the first
 * delivery of every later one.
 */
const LEASE = 15
/** How many refused events one log line names. */
const SHOWN = 5
/** Milliseconds until a log that another publisher holds is tried again. */
const BUSY_RETRY_MS = 100
const BUSY_RETRIES = 20

/**
 * The age in seconds at which the mark of an outbox found empty may be cleared. An event may commit this long after
 * its mark: the debounce, plus the wait for a tenant connection, plus the longest statement.
 */
export const CLEAR_AFTER = 2 * Math.ceil((MARK_DEBOUNCE_MS + STATEMENT_TIMEOUT_MS) / 1000) + 60

/**
 * Publishes the events of each log in order, and moves each log's cursor once the broker has acknowledged them. A lease
 * in the main database gives each log to one publisher at a time. No tenant connection is held while Kafka is slow.
 */
export function createPublisher(dependencies: PublisherDependencies): LogWork {
  const { owner, dirtyTenants, withLog, logsAreComplete, producer, toMessage, log } = dependencies
  const { onPublished, onRefused } = dependencies
  /** How many times in a row another publisher held each log. */
  const busy = new Map<string, number>()
  /** Positions beyond a blocked one that this process has published, so that it does not repeat them for ever. */
  const ahead = new Map<string, ReadonlySet<number>>()

  const turns = createTurns({
    concurrency: CONCURRENCY,
    restMs: REST_MS,
    retryMs: FAILURE_RETRY_MS,
    onError: (error, outbox) =>
      log.warn({ err: error, outbox }, 'publishing events failed and will be tried again'),
    work: publish
  })

  async function publish(outbox: string): Promise<'more' | 'done'> {
    const { outcome } = await dirtyTenants.acquire(outbox, owner, LEASE)
    if (outcome === 'held') {
      waitForOther(outbox)
      return 'done'
    }
    busy.delete(outbox)
    try {
      // The rest waits for another turn, so that other logs get turns in between.
      return await publishBatch(outbox)
    } finally {
      await dirtyTenants.release(outbox, owner)
    }
  }

  /** After `BUSY_RETRIES` tries, leaves the log to the sweep: the mark stays until everything is published. */
  function waitForOther(outbox: string): void {
    const tries = (busy.get(outbox) ?? 0) + 1
    if (tries > BUSY_RETRIES) {
      busy.delete(outbox)
      return
    }
    busy.set(outbox, tries)
    turns.askLater(outbox, BUSY_RETRY_MS)
  }

  async function publishBatch(outbox: string): Promise<'more' | 'done'> {
    if (!(await logsAreComplete())) await withLog(outbox, (events) => events.take(BATCH))
    const found = (await withLog(outbox, (events) => events.listUnpublished(BATCH, MAX_EVENT_BYTES))) ?? []
    if (found.length === 0) {
      ahead.delete(outbox)
      return finish(outbox)
    }
    const { events, messages, refused } = sortEvents(found, outbox, toMessage)
    const published = await publishEvents(producer, { events, messages }, ahead.get(outbox))
    onPublished(published.delivered)
    const last = found.at(-1)?.position ?? 0
    const upTo = published.blocked === undefined ? last : published.blocked - 1
    const reasons = [...refused, ...published.refused].filter(({ position }) => position <= upTo)
    await withLog(outbox, (repository) => repository.settle(upTo, reasons))
    report(outbox, reasons)
    if (published.blocked === undefined) {
      ahead.delete(outbox)
      return found.length === BATCH ? 'more' : 'done'
    }
    ahead.set(outbox, published.ahead)
    turns.askLater(outbox, FAILURE_RETRY_MS)
    return 'done'
  }

  /** Nothing is left to publish: tries the refused events that an operator wants tried again, or clears the mark. */
  async function finish(outbox: string): Promise<'done'> {
    const state = await withLog(outbox, (events) => events.state('kafka'))
    if (state?.retry === true) await retryRefused(outbox)
    else if (state?.drained === false) await withLog(outbox, (events) => events.passMissing())
    else await dirtyTenants.clear(outbox, owner, CLEAR_AFTER)
    return 'done'
  }

  async function retryRefused(outbox: string): Promise<void> {
    const found = await withLog(outbox, ({ refused }) => refused.listRetries(KAFKA, BATCH, MAX_EVENT_BYTES))
    const { events, messages, refused } = sortEvents(found ?? [], outbox, toMessage)
    const published = await publishEvents(producer, { events, messages })
    onPublished(published.delivered)
    const again = [...refused, ...published.refused]
    await withLog(outbox, async (repository) => {
      for (const { position } of published.delivered)
        await repository.refused.remove({ position, consumer: KAFKA })
      if (again.length > 0) await repository.refused.refuse(KAFKA, again)
    })
    report(outbox, again)
  }

  function report(outbox: string, refused: Refusal[]): void {
    if (refused.length === 0) return
    onRefused(refused.length)
    log.error({ outbox, events: refused.length, some: refused.slice(0, SHOWN) }, 'set aside events')
  }

  return {
    ask: (outbox) => turns.ask(outbox),
    close: () => turns.close()
  }
}
