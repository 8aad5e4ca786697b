import { sql, type Placeholder } from 'drizzle-orm'
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
