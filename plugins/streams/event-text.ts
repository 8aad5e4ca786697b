import { encodeEventCursor, type EventPosition } from '../../core/event-cursor.js'
import type { ShownEvent } from '../../core/logged-event.js'

/*
 * Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html. Clients send the `id` of the last
 * event as Last-Event-ID when they reconnect. JSON.stringify writes no line breaks, which would end the data.
 */

export const eventText = (event: ShownEvent): string =>
  `id: ${event.cursor}\nevent: ${event.event_type.replace(/[\r\n]/g, ' ')}\ndata: ${JSON.stringify(event)}\n\n`

/** Moves the reader's cursor on while there is no event to show: an old cursor would expire. */
export function cursorText(position: EventPosition): string {
  const cursor = encodeEventCursor(position)
  return `id: ${cursor}\nevent: cursor\ndata: ${JSON.stringify({ cursor })}\n\n`
}

/** A comment, which clients ignore and proxies count as activity. */
export const HEARTBEAT = ':\n\n'

/** Tells clients after how many milliseconds to reconnect. Random, so that they do not all reconnect at once. */
export const retryText = (): string => `retry: ${Math.round(1_000 + Math.random() * 4_000)}\n`
