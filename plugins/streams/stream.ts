import { Readable } from 'node:stream'
import type { EventPosition } from '../../core/event-cursor.js'
import type { EventFilter } from '../../db/event-feed.js'
import { cursorText, HEARTBEAT, retryText } from './event-text.js'

/** Why a stream ended. */
export type EndReason = 'client' | 'access' | 'slow' | 'shutdown' | 'expired'

/** Bytes that may wait for the client before the stream stops asking for more. */
const HIGH_WATER_MARK = 16 * 1024

export interface StreamOptions {
  /** Everything up to here has been delivered. */
  start: EventPosition
  /** What its reader may see now. */
  sees: () => EventFilter
  /** Rejects if the reader may no longer read. */
  confirmAccess: () => Promise<void>
  /** Closes the connection at once and drops what was not sent yet. */
  cut: () => void
  /** Called when the stream wants more. */
  onReady: () => void
}

/**
 * The events of one log for one client. It is filled only while the client keeps reading: a slow client costs only the
 * memory of its last delivery, and gets the rest from the log later.
 */
export class EventStream extends Readable {
  position: EventPosition
  readonly sees: () => EventFilter
  readonly confirmAccess: () => Promise<void>
  /** Whether a check of access is running or waits for its turn. */
  checking = false
  /** Whether the client has read what it was sent. */
  ready = false
  /** Times by `performance.now()`. */
  confirmedAt = performance.now()
  deliveredAt = performance.now()
  /** Events that were delivered. */
  events = 0
  reason: EndReason = 'client'
  readonly #cut: () => void
  readonly #onReady: () => void
  /** The position in the last `id` that was sent. */
  #told: number
  #ended = false

  constructor({ start, sees, confirmAccess, cut, onReady }: StreamOptions) {
    super({ highWaterMark: HIGH_WATER_MARK })
    this.position = start
    this.sees = sees
    this.confirmAccess = confirmAccess
    this.#cut = cut
    this.#onReady = onReady
    this.#told = start.position
    this.#push(retryText() + cursorText(start))
  }

  override _read(): void {
    if (this.#ended) return
    this.ready = true
    this.#onReady()
  }

  /** @param text the text of these events; empty if the reader may see none of those up to `next` */
  deliver(text: Buffer, events: number, next: EventPosition): void {
    this.position = next
    if (events === 0) return
    this.events += events
    this.#told = next.position
    this.#push(text)
  }

  /** Sends a heartbeat, or the cursor if it has moved since the last one. */
  beat(): void {
    const moved = this.position.position !== this.#told
    this.#told = this.position.position
    this.#push(moved ? cursorText(this.position) : HEARTBEAT)
  }

  /** Ends the stream. If the client has not read everything, the rest is dropped with the connection. */
  finish(reason: EndReason): void {
    if (this.#ended || this.destroyed) return
    this.#ended = true
    this.reason = reason
    this.ready = false
    if (this.readableLength === 0) this.push(null)
    else this.#cut()
  }

  #push(chunk: Buffer | string): void {
    if (this.#ended) return
    this.ready = false
    this.deliveredAt = performance.now()
    this.push(chunk)
  }
}
