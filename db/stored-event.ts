import { sql, type Placeholder, type SQL } from 'drizzle-orm'
import { MAX_EVENT_BYTES } from '../core/events.js'
import type { LoggedEvent } from '../core/logged-event.js'
import type { EventLogTables } from './event-log-tables.js'

/** An event as it was committed. */
export type OutboxEvent = Omit<LoggedEvent, 'position'>

/** An event as read from a log, without its data if that is longer than the reader accepts. */
export type StoredEvent = Omit<LoggedEvent, 'data'> & { data: LoggedEvent['data'] | null }

/**
 * The columns of a `StoredEvent`.
 * @param maxBytes of data; larger data, which only others can have written to a tenant's log, must not fill the memory
 */
export const storedEvent = (events: EventLogTables['events'], maxBytes: Placeholder) => ({
  position: events.position,
  event_id: events.event_id,
  event_type: events.event_type,
  tenant_id: events.tenant_id,
  user_id: events.user_id,
  timestamp: events.timestamp,
  data: sql<
    StoredEvent['data']
  >`case when octet_length(${events.data}::text) <= ${maxBytes} then ${events.data} end`.as('data')
})

/** Whether the data of an event is no longer than {@link MAX_EVENT_BYTES}, for readers that skip all others. */
export const isReadable = ({ data }: Pick<EventLogTables['events'], 'data'>): SQL =>
  sql`octet_length(${data}::text) <= ${sql.raw(String(MAX_EVENT_BYTES))}`
