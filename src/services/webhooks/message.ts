import type { LoggedEvent } from '../../../core/logged-event.js'
import { signedHeaders } from './signature.js'

/** An event to send to an endpoint; the position is null for a test. */
export type WebhookEvent = Omit<LoggedEvent, 'position'> & { position: number | null }

export interface WebhookMessage {
  headers: Record<string, string>
  body: string
}

/**
 * The request for an event. The body is the event as consumers of Kafka get it, with its position in the tenant's log,
 * and its type as `type` too, where Standard Webhooks expects it.
 * @param secrets the current one, and the previous one while both sign
 */
export function messageOf(event: WebhookEvent, secrets: readonly string[]): WebhookMessage {
  const { position, event_id, event_type, tenant_id, user_id, timestamp, data } = event
  const body = JSON.stringify({
    ...{ type: event_type, event_id, event_type, tenant_id, user_id, timestamp, position, data }
  })
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Strongroom-Webhooks',
    ...signedHeaders(secrets, event_id, body)
  }
  return { headers, body }
}
