import { encodeEventCursor } from './event-cursor.js'

/** An event in its log. */
export interface LoggedEvent {
  /** Counts from 1 without gaps, so it orders the events of one log. */
  position: number
  event_id: string
  event_type: string
  tenant_id: string | null
  user_id: string | null
  timestamp: string
  data: Record<string, unknown>
}

/** An event as readers of the feed and of streams get it. */
export interface ShownEvent extends LoggedEvent {
  /** Continues after this event. */
  cursor: string
}

/**
 * The event as its readers get it.
 * @param tenantId the tenant whose log it is, which replaces the `tenant_id` in the event: a tenant's log is not trusted
 * to speak of other tenants; undefined: the log of the main database
 */
export function toShownEvent(event: LoggedEvent, epoch: string, tenantId: string | undefined): ShownEvent {
  return {
    cursor: encodeEventCursor({ epoch, position: event.position }),
    ...event,
    tenant_id: tenantId ?? event.tenant_id
  }
}

/** The event without the client's IP address, which only readers of the audit log may see. */
export function withoutAddress<Event extends Pick<LoggedEvent, 'data'>>(event: Event): Event {
  if (!('ip' in event.data)) return event
  const { ip: _hidden, ...data } = event.data
  return { ...event, data }
}
