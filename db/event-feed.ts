import { sql } from 'drizzle-orm'
import type { EventPosition } from '../core/event-cursor.js'
import { withoutAddress, type LoggedEvent } from '../core/logged-event.js'
import type { EventLogTables } from './event-log-tables.js'
import { rendered, type Client, type Named } from './statement.js'
import { isReadable } from './stored-event.js'

/** Which events a reader gets. */
export interface EventFilter {
  /** Types to skip. */
  hidden: readonly string[]
  /** Only these types; null for all. */
  types: readonly string[] | null
  /** Whether events include the IP addresses of clients. */
  addresses: boolean
}

/** Where reading begins: after a position, at the oldest kept event, or after the newest. */
export type FeedStart = EventPosition | 'oldest' | 'latest'

export type FeedRead =
  /** The position is in another epoch, after the end, or before the oldest kept event. */
  | { outcome: 'expired'; oldest: EventPosition }
  | {
      outcome: 'read'
      events: LoggedEvent[]
      /** Where reading began. */
      from: EventPosition
      /** Everything up to here has been read or skipped. */
      next: EventPosition
      /** The newest position of the log. */
      last: number
    }

/** Reads an event log in its order. */
export interface EventFeedRepository {
  /** At most `limit` events after `start`, in one round trip; scans at most {@link MAX_SCANNED} positions. */
  read(start: FeedStart, filter: EventFilter, limit: number): Promise<FeedRead>
}

/** The most positions that one read scans, so that a filter with few matches does not read a whole log. */
export const MAX_SCANNED = 1_000

type Asked = { from: number | null; hidden: string; types: string | null; limit: number }
type Row = { [Field in keyof LoggedEvent]: LoggedEvent[Field] | null } & {
  epoch: string
  last: number
  pruned: number
}

/** Renders the statements on a log, for any client that has it. */
export function defineEventFeed({ events, eventState }: Pick<EventLogTables, 'events' | 'eventState'>) {
  const { position, event_id, event_type, tenant_id, user_id, timestamp, data } = events
  // A relay commits events together with `last`, so one snapshot of both has no gaps.
  const read = rendered(
    ({ from, hidden, types, limit }: Named<Asked>) => sql<Row>`
    with state as (
      select epoch, last, pruned,
        case when ${from}::bigint < 0 then last else coalesce(${from}::bigint, pruned) end as start
      from ${eventState}
    )
    select state.epoch, state.last, state.pruned, found.* from state
    left join lateral (
      select ${position}, ${event_id}, ${event_type}, ${tenant_id}, ${user_id}, ${timestamp}, ${data}
      from ${events}
      where ${position} > state.start and ${position} <= state.start + ${sql.raw(String(MAX_SCANNED))}
        and ${event_type} <> all(${hidden}::text[])
        and (${types}::text[] is null or ${event_type} = any(${types}::text[]))
        and ${isReadable(events)}
      order by ${position}
      limit ${limit}
    ) found on true
    order by found.position`
  )

  return (client: Client): EventFeedRepository => ({
    async read(start, filter, limit) {
      const rows = await read(client, {
        from: typeof start === 'object' ? start.position : start === 'latest' ? -1 : null,
        hidden: arrayOf(filter.hidden),
        types: filter.types && arrayOf(filter.types),
        limit
      })
      const [state] = rows
      if (state === undefined) throw new Error('The event log has no state')
      const { epoch, last, pruned } = state
      if (typeof start === 'object' && !isKept(start, state))
        return { outcome: 'expired', oldest: { epoch, position: pruned } }
      const logged = rows.filter(isEvent).map(toEvent)
      const found = filter.addresses ? logged : logged.map(withoutAddress)
      const from = typeof start === 'object' ? start.position : start === 'latest' ? last : pruned
      const scanned = Math.min(from + MAX_SCANNED, last)
      const end = found.length < limit ? scanned : (found.at(-1)?.position ?? scanned)
      const at = (place: number) => ({ epoch, position: place })
      return { outcome: 'read', events: found, from: at(from), next: at(end), last }
    }
  })
}

const isKept = (start: EventPosition, { epoch, last, pruned }: Row) =>
  start.epoch === epoch && start.position >= pruned && start.position <= last

const isEvent = (row: Row): row is Row & LoggedEvent => row.position !== null

const toEvent = (row: LoggedEvent): LoggedEvent => ({
  position: row.position,
  event_id: row.event_id,
  event_type: row.event_type,
  tenant_id: row.tenant_id,
  user_id: row.user_id,
  timestamp: row.timestamp,
  data: row.data
})

/** The text form of an array, since the client does not handle array types. Event types need no quotes. */
const arrayOf = (types: readonly string[]) => `{${types.join(',')}}`
