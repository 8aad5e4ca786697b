import pLimit from 'p-limit'
import { AppError } from '../../core/errors.js'
import { cursorExpired } from '../../core/event-cursor.js'
import { WORK_EVENTS } from '../../core/events.js'
import type { EventFeedRepository, EventFilter, FeedStart } from '../../db/event-feed.js'
import { MAIN_OUTBOX } from '../../db/main/dirty-tenants-repository.js'
import type { TenantRef } from '../tenancy/router.js'
import { EventStream } from './stream.js'
import { Topic } from './topic.js'

/** Milliseconds between two checks of all streams. */
const CHECK_MS = 200
/** Milliseconds after which access that could not be confirmed counts as lost. */
const UNCONFIRMED_MS = 1_000
/** Milliseconds between two polls for logs that may have grown, since notifications can be lost. */
const POLL_MS = 5_000
/** Milliseconds between two reads of every log that has streams: a log may have lost its mark before it was polled. */
const READ_ALL_MS = 600_000
/** Milliseconds for which a client may read nothing of what it was sent. */
const STALL_MS = 60_000
/** Logs that are read at once. */
const READS = 4
/** Checks of access that run at once. */
const CHECKS = 20
/** Events per read. */
const BATCH = 200

/** Filters are applied later, so that readers who may see different events share one read. */
const EVERYTHING: EventFilter = { hidden: WORK_EVENTS, types: null, addresses: true }

/** Runs work on the log of a tenant; undefined: on that of the main database. */
export type WithFeed = <T>(
  tenant: TenantRef | undefined,
  work: (feed: EventFeedRepository) => Promise<T>
) => Promise<T>

export interface StreamRequest {
  /** Undefined: the log of the main database. */
  tenant: TenantRef | undefined
  start: FeedStart
  /** What its reader may see now. */
  sees: () => EventFilter
  confirmAccess: () => Promise<void>
  cut: () => void
}

export interface HubOptions {
  withFeed: WithFeed
  /** Returns which of these logs may have grown in the last minutes. */
  listMarked: (logs: string[]) => Promise<string[]>
  perProcess: number
  perLog: number
  /** Called when the first stream opens. */
  onFirst: () => void
  /** Milliseconds between two heartbeats. */
  heartbeatMs: number
  /** Called if reading or polling logs failed; the hub tries again. */
  onFailure: (error: unknown) => void
  /** Called with every stream that has ended. */
  onEnd: (stream: EventStream) => void
}

/** The streams of this process: opens them, checks them, and wakes them. */
export class StreamHub {
  readonly #topics = new Map<string, Topic>()
  /** Streams that are open or being opened, by log. */
  readonly #places = new Map<string, number>()
  readonly #reading = pLimit(READS)
  readonly #checking = pLimit(CHECKS)
  #timers: NodeJS.Timeout[] | undefined
  #stopped = false
  /** When the streams were last checked, by `performance.now()`. */
  #checkedAt = 0

  constructor(private readonly options: HubOptions) {}

  /** Streams that are open or being opened. */
  get size(): number {
    let size = 0
    for (const places of this.#places.values()) size += places
    return size
  }

  /**
   * Opens a stream, which begins with the events after `start`.
   * @throws {AppError} TOO_MANY_STREAMS; CURSOR_EXPIRED; SHUTTING_DOWN
   */
  async open({ tenant, start, ...reader }: StreamRequest): Promise<EventStream> {
    const log = tenant?.id ?? MAIN_OUTBOX
    this.#takePlace(log)
    try {
      const first = await this.options.withFeed(tenant, (feed) => feed.read(start, EVERYTHING, 1))
      if (first.outcome === 'expired') throw cursorExpired(first.oldest)
      if (this.#stopped) throw new AppError('SHUTTING_DOWN')
      const topic = this.#topicOf(log, tenant)
      const onReady = () => topic.serve()
      const stream = new EventStream({ ...reader, start: first.from, onReady })
      topic.streams.add(stream)
      stream.once('close', () => this.#leave(log, topic, stream))
      if (this.#timers === undefined) this.#start()
      topic.wake()
      return stream
    } catch (error) {
      this.#givePlaceBack(log)
      throw error
    }
  }

  /** @param log the log that has grown: the id of its tenant, or `MAIN_OUTBOX`; undefined: any log may have */
  wake(log?: string): void {
    if (log !== undefined) this.#topics.get(log)?.wake()
    else for (const topic of this.#topics.values()) topic.wake()
  }

  /** Ends all streams; their clients reconnect to another process. */
  stop(): void {
    this.#stopped = true
    for (const timer of this.#timers ?? []) clearInterval(timer)
    for (const stream of this.#streams()) stream.finish('shutdown')
  }

  #start(): void {
    this.#checkedAt = performance.now()
    this.#timers = [
      setInterval(() => this.#checkAll(), CHECK_MS).unref(),
      setInterval(() => this.#poll(), POLL_MS).unref(),
      setInterval(() => this.wake(), READ_ALL_MS).unref()
    ]
    this.options.onFirst()
  }

  /** Asks the main database first, so that tenants without changes are not opened. */
  #poll(): void {
    const logs = [...this.#topics.keys()]
    if (logs.length === 0) return
    this.options
      .listMarked(logs)
      .then((marked) => marked.forEach((log) => this.wake(log)))
      .catch(this.options.onFailure)
  }

  #topicOf(log: string, tenant: TenantRef | undefined): Topic {
    const known = this.#topics.get(log)
    if (known !== undefined) return known
    // Without the request's `askAgain`: the read is for all streams of the log.
    const place = tenant && { id: tenant.id, database_name: tenant.database_name, server: tenant.server }
    const topic = new Topic(
      tenant?.id,
      (from) =>
        this.#reading(() => this.options.withFeed(place, (feed) => feed.read(from, EVERYTHING, BATCH))),
      this.options.onFailure
    )
    this.#topics.set(log, topic)
    return topic
  }

  #leave(log: string, topic: Topic, stream: EventStream): void {
    topic.streams.delete(stream)
    if (topic.streams.size === 0 && this.#topics.get(log) === topic) this.#topics.delete(log)
    this.#givePlaceBack(log)
    this.options.onEnd(stream)
  }

  #takePlace(log: string): void {
    const taken = this.#places.get(log) ?? 0
    if (taken >= this.options.perLog || this.size >= this.options.perProcess)
      throw new AppError('TOO_MANY_STREAMS', { retryAfter: 5 + Math.round(Math.random() * 10) })
    this.#places.set(log, taken + 1)
  }

  #givePlaceBack(log: string): void {
    const taken = this.#places.get(log) ?? 0
    if (taken > 1) this.#places.set(log, taken - 1)
    else this.#places.delete(log)
  }

  *#streams(): Generator<EventStream> {
    for (const { streams } of [...this.#topics.values()]) yield* [...streams]
  }

  #checkAll(): void {
    const now = performance.now()
    // Time in which the process stood still does not count: it could neither ask nor send, and all streams would end at
    // once.
    const stoodStill = Math.max(0, now - this.#checkedAt - CHECK_MS)
    this.#checkedAt = now
    for (const stream of this.#streams()) {
      stream.confirmedAt = Math.min(now, stream.confirmedAt + stoodStill)
      if (now - stream.confirmedAt > UNCONFIRMED_MS) stream.finish('access')
      else if (!stream.ready && now - stream.deliveredAt > STALL_MS) stream.finish('slow')
      else if (stream.ready && now - stream.deliveredAt > this.options.heartbeatMs) stream.beat()
      if (stream.checking) continue
      // Before its turn, since checks may have to wait.
      stream.checking = true
      void this.#checking(() => confirm(stream))
    }
  }
}

/** If the check itself fails, the stream goes on: the next check may succeed in time. */
async function confirm(stream: EventStream): Promise<void> {
  if (stream.destroyed) return
  const asked = performance.now()
  try {
    await stream.confirmAccess()
    stream.confirmedAt = asked
  } catch (error) {
    if (error instanceof AppError && error.status < 500) stream.finish('access')
  } finally {
    stream.checking = false
  }
}
