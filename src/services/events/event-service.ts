import { AppError } from '../../../core/errors.js'
import { cursorExpired, encodeEventCursor } from '../../../core/event-cursor.js'
import type { LogsAreComplete } from '../../../plugins/messaging/log-switch.js'
import { toShownEvent, type ShownEvent } from '../../../core/logged-event.js'
import type { StreamHub, StreamRequest, WithFeed } from '../../../plugins/streams/hub.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import { filterFor, startOf, type EventQuery } from './event-reader.js'

export type EventService = ReturnType<typeof createEventService>

export interface EventServiceDependencies {
  withFeed: WithFeed
  streams: Pick<StreamHub, 'open'>
  logsAreComplete: LogsAreComplete
}

export interface FeedPage {
  items: ShownEvent[]
  next_cursor: string
  has_more: boolean
}

export interface FeedQuery extends EventQuery {
  limit: number
}

/** A client that reads a stream. */
export interface StreamReader extends Pick<StreamRequest, 'confirmAccess' | 'cut'> {
  /** Asked again for every delivery, since a role may change. */
  seesAudit: () => boolean
}

export function createEventService({ withFeed, streams, logsAreComplete }: EventServiceDependencies) {
  async function requireLog(): Promise<void> {
    if (!(await logsAreComplete())) throw new AppError('EVENTS_NOT_READY', { retryAfter: 10 })
  }

  return {
    /**
     * Events of a tenant, or of the main database if there is none, in the order of their log.
     * @throws {AppError} CURSOR_EXPIRED; EVENTS_NOT_READY; VALIDATION_ERROR for an invalid cursor
     */
    async list(tenant: TenantRef | undefined, query: FeedQuery, seesAudit: boolean): Promise<FeedPage> {
      const start = startOf(query.after, '/after')
      await requireLog()
      const read = await withFeed(tenant, (feed) =>
        feed.read(start, filterFor(query, seesAudit), query.limit)
      )
      if (read.outcome === 'expired') throw cursorExpired(read.oldest)
      const { events, next, last } = read
      return {
        items: events.map((event) => toShownEvent(event, next.epoch, tenant?.id)),
        next_cursor: encodeEventCursor(next),
        has_more: next.position < last
      }
    },

    /**
     * Streams the same events as they happen.
     * @param lastEventId of a client that reconnects; takes precedence over `after`
     * @throws {AppError} TOO_MANY_STREAMS, and as `list` does
     */
    async open(
      tenant: TenantRef,
      query: EventQuery,
      lastEventId: string | undefined,
      { seesAudit, ...reader }: StreamReader
    ) {
      const start = lastEventId ? startOf(lastEventId, '/last-event-id') : startOf(query.after, '/after')
      await requireLog()
      const seesAll = filterFor(query, true)
      const seesLess = filterFor(query, false)
      return streams.open({ tenant, start, sees: () => (seesAudit() ? seesAll : seesLess), ...reader })
    }
  }
}
