import type { EventType } from '../../core/events.js'
import { MAIN_OUTBOX } from '../../db/main/dirty-tenants-repository.js'
import type { OutboxEvent, StoredEvent } from '../../db/outbox-repository.js'
import { problemOf, toMessage } from './event.js'
import type { OutgoingMessage } from './kafka-producer.js'

/**
 * The largest `data` of an event, in bytes. The largest of ours are the audit entries of changed documents, with the
 * old and the new metadata and tags: up to 90 KB.
 */
export const MAX_DATA_BYTES = 131_072

/** The types written in a tenant's own database. All other events are written in the main database. */
const TENANT_EVENTS: readonly string[] = [
  'document.uploaded',
  'document.updated',
  'document.deleted',
  'file.process',
  'upload.finish',
  'audit.log'
] satisfies EventType[]
/** What the audit entries of a tenant's database can be about. */
const TENANT_TARGETS: readonly unknown[] = ['document', 'file']

export interface RefusedEvent {
  event_id: string
  event_type: string
  reason: string
}

/** The events of an outbox in its order: those that may be published, with their messages, and the refused ones. */
export interface SortedEvents {
  events: OutboxEvent[]
  messages: OutgoingMessage[]
  refused: RefusedEvent[]
}

/** @param outbox the id of its tenant, or `MAIN_OUTBOX`, which only Strongroom can write to */
export function sortEvents(found: StoredEvent[], outbox: string, topicPrefix: string): SortedEvents {
  const sorted: SortedEvents = { events: [], messages: [], refused: [] }
  for (const stored of found) {
    try {
      const event = outbox === MAIN_OUTBOX ? withData(stored) : tenantEvent(withData(stored), outbox)
      // This may throw too: JSON that is nested too deeply can be read but not written.
      sorted.messages.push(toMessage(event, topicPrefix))
      sorted.events.push(event)
    } catch (error) {
      const { event_id, event_type } = stored
      sorted.refused.push({
        event_id,
        event_type,
        reason: error instanceof Error ? error.message : String(error)
      })
    }
  }
  return sorted
}

function withData({ data, ...event }: StoredEvent): OutboxEvent {
  if (data === null) throw new Error(`its data is null or has more than ${MAX_DATA_BYTES} bytes`)
  return { ...event, data }
}

/**
 * The event as it may be published. A tenant's database is trusted only about that tenant: its events are that tenant's
 * whatever they say, must be of the types that Strongroom writes there, and must match their schemas.
 * @throws an Error that says why it may not be published
 */
export function tenantEvent(event: OutboxEvent, tenantId: string): OutboxEvent {
  if (!TENANT_EVENTS.includes(event.event_type)) throw new Error('no tenant event has this type')
  const own = { ...event, tenant_id: tenantId }
  const problem = problemOf(own)
  if (problem !== null) throw new Error(problem)
  if ([own.data, own.data['details']].some((part) => namesAnother(part, tenantId)))
    throw new Error('it names another tenant')
  if (own.event_type === 'audit.log' && !TENANT_TARGETS.includes(targetTypeOf(own)))
    throw new Error('it is about something that no tenant database holds')
  return own
}

const namesAnother = (part: unknown, tenantId: string): boolean =>
  typeof part === 'object' && part !== null && 'tenant_id' in part && part.tenant_id !== tenantId

const targetTypeOf = ({ data }: OutboxEvent): unknown => (data['target'] as { type?: unknown }).type
