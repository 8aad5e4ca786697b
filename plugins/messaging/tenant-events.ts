import { MAX_EVENT_BYTES, TENANT_EVENTS } from '../../core/events.js'
import { MAIN_OUTBOX } from '../../db/main/dirty-tenants-repository.js'
import type { Refusal } from '../../db/refused-events-repository.js'
import type { OutboxEvent, StoredEvent } from '../../db/stored-event.js'
import { problemOf } from './event.js'
import type { OutgoingMessage } from './kafka-producer.js'

/** What the audit entries in a tenant's database can be about, besides the tenant's limits, which are kept there. */
const TENANT_TARGETS: readonly unknown[] = ['document', 'file', 'export']

/** An event that may be published or handled. */
export type LoggedEvent = OutboxEvent & Pick<StoredEvent, 'position'>

export type ToMessage = (event: OutboxEvent) => OutgoingMessage

/** The events of a log in order: those that may be published, with their messages, and the refused ones. */
export interface SortedEvents {
  events: LoggedEvent[]
  messages: OutgoingMessage[]
  refused: Refusal[]
}

/** @param outbox the id of its tenant, or `MAIN_OUTBOX`, which only Strongroom can write to */
export function sortEvents(found: StoredEvent[], outbox: string, toMessage: ToMessage): SortedEvents {
  const sorted: SortedEvents = { events: [], messages: [], refused: [] }
  for (const stored of found) {
    try {
      const event = acceptEvent(stored, outbox)
      // This may throw too: JSON that is nested too deeply can be read but not written.
      sorted.messages.push(toMessage(event))
      sorted.events.push(event)
    } catch (error) {
      sorted.refused.push({ position: stored.position, error: refusalOf(error) })
    }
  }
  return sorted
}

/**
 * The event as it may be published or handled.
 * @throws an Error that says why it may not
 */
export function acceptEvent({ data, ...event }: StoredEvent, outbox: string): LoggedEvent {
  if (data === null) throw new Error(`its data is null or has more than ${MAX_EVENT_BYTES} bytes`)
  return outbox === MAIN_OUTBOX ? { ...event, data } : tenantEvent({ ...event, data }, outbox)
}

export const refusalOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * The event as it may be published. A tenant's database is trusted only about that tenant: its events get that tenant's
 * id, must have a type that Strongroom writes there, and must match their schemas.
 * @throws an Error that says why it may not be published
 */
export function tenantEvent<T extends OutboxEvent>(event: T, tenantId: string): T {
  if (!TENANT_EVENTS.includes(event.event_type)) throw new Error('no tenant event has this type')
  const own = { ...event, tenant_id: tenantId }
  const problem = problemOf(own)
  if (problem !== null) throw new Error(problem)
  if ([own.data, own.data['details']].some((part) => namesAnother(part, tenantId)))
    throw new Error('it names another tenant')
  if (own.event_type === 'audit.log' && !isHeldThere(own.data, tenantId))
    throw new Error('it is about something that no tenant database holds')
  return own
}

const namesAnother = (part: unknown, tenantId: string): boolean =>
  typeof part === 'object' && part !== null && 'tenant_id' in part && part.tenant_id !== tenantId

function isHeldThere({ action, target }: OutboxEvent['data'], tenantId: string): boolean {
  const { type, id } = target as { type?: unknown; id?: unknown }
  if (type === 'tenant') return id === tenantId && action === 'tenant.limits_changed'
  return TENANT_TARGETS.includes(type)
}
