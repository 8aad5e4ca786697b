import type { EventPosition } from '../../core/event-cursor.js'
import { toShownEvent, withoutAddress, type LoggedEvent, type ShownEvent } from '../../core/logged-event.js'
import type { EventFilter, FeedRead } from '../../db/event-feed.js'
import { eventText } from './event-text.js'
import type { EventStream } from './stream.js'

/** Bytes of events after which a delivery ends, to bound the memory that one client can hold up. */
const MAX_DELIVERY_BYTES = 64 * 1024

/** Reads a log from a position on. */
export type ReadLog = (from: EventPosition) => Promise<FeedRead>

/**
 * The streams of one log. Streams at the same position share each read, so all streams that keep up cost one read
 * together; those that lag take turns with them.
 */
export class Topic {
  /** In the order of their turns. */
  readonly streams = new Set<EventStream>()
  /** The highest position that is known to exist. */
  #known = 0
  /** Whether the log may have grown beyond `#known`. */
  #woken = false
  #serving = false

  /**
   * @param tenantId undefined: the log of the main database
   * @param onFailure called if reading failed; the next wake-up tries again
   */
  constructor(
    private readonly tenantId: string | undefined,
    private readonly readLog: ReadLog,
    private readonly onFailure: (error: unknown) => void
  ) {}

  /** Call this when the log may have grown. */
  wake(): void {
    this.#woken = true
    this.serve()
  }

  /** Sends all ready streams the events that they have not been sent yet. */
  serve(): void {
    if (this.#serving) return
    this.#serving = true
    this.#serveAll()
      .catch((error: unknown) => {
        this.#woken = true
        this.onFailure(error)
      })
      .finally(() => {
        this.#serving = false
      })
  }

  async #serveAll(): Promise<void> {
    for (let group = this.#nextGroup(); group !== undefined; group = this.#nextGroup()) {
      this.#woken = false
      const read = await this.readLog(group.from)
      if (read.outcome === 'expired') {
        for (const stream of group.streams) stream.finish('expired')
        continue
      }
      // Less than before if the database was restored from a backup.
      this.#known = read.last
      this.#deliver(group.streams, group.from, read)
    }
  }

  /** The streams at the same position as the one whose turn it is. */
  #nextGroup(): { from: EventPosition; streams: EventStream[] } | undefined {
    const due = [...this.streams].filter(
      (stream) => stream.ready && (this.#woken || stream.position.position < this.#known)
    )
    const [first] = due
    if (first === undefined) return undefined
    const streams = due.filter((stream) => isSame(stream.position, first.position))
    return { from: first.position, streams }
  }

  #deliver(streams: EventStream[], from: EventPosition, read: FeedRead & { outcome: 'read' }): void {
    const { epoch } = read.next
    const texts = textsOf(read.events, epoch, this.tenantId)
    const isCut = texts.length < read.events.length
    const next = isCut ? { epoch, position: texts.at(-1)?.event.position ?? from.position } : read.next
    const byFilter = new Map<string, { text: Buffer; events: number }>()
    for (const stream of streams) {
      // It may have ended, or been sent a heartbeat, meanwhile.
      if (!this.streams.has(stream) || !stream.ready) continue
      this.streams.delete(stream)
      this.streams.add(stream)
      const filter = stream.sees()
      const key = JSON.stringify(filter)
      let delivery = byFilter.get(key)
      if (delivery === undefined) {
        const seen = texts.filter(({ event }) => isSeen(event, filter))
        const shown = seen.map(({ event, text }) =>
          filter.addresses ? text : eventText(withoutAddress(event))
        )
        delivery = { text: Buffer.from(shown.join('')), events: seen.length }
        byFilter.set(key, delivery)
      }
      stream.deliver(delivery.text, delivery.events, next)
    }
  }
}

const isSame = (one: EventPosition, other: EventPosition) =>
  one.position === other.position && one.epoch === other.epoch

const isSeen = ({ event_type }: LoggedEvent, { hidden, types }: EventFilter) =>
  !hidden.includes(event_type) && (types === null || types.includes(event_type))

/** The first events that fit into a delivery, and at least one. */
function textsOf(events: LoggedEvent[], epoch: string, tenantId: string | undefined) {
  const texts: { event: ShownEvent; text: string }[] = []
  let length = 0
  for (const logged of events) {
    if (length >= MAX_DELIVERY_BYTES) break
    const event = toShownEvent(logged, epoch, tenantId)
    const text = eventText(event)
    length += text.length
    texts.push({ event, text })
  }
  return texts
}
