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

/** @param tenantId of the log; undefined: that of the main database. A tenant's log is believed only about that tenant */
export function toShownEvent(event: LoggedEvent, epoch: string, tenantId: string | undefined): ShownEvent {
  return {
    cursor: encodeEventCursor({ epoch, position: event.position }),
    ...event,
    tenant_id: tenantId ?? event.tenant_id
  }
}

/** Without the client's address, which is for readers of the audit log. */
export function withoutAddress<Event extends Pick<LoggedEvent, 'data'>>(event: Event): Event {
  if (!('ip' in event.data)) return event
  const { ip: _hidden, ...data } = event.data
  return { ...event, data }
}
