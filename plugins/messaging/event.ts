import type { OutboxEvent } from '../../db/stored-event.js'
import { EVENT_DATA, eventSchema, type EventType, type StrongroomEvent } from '../../core/events.js'
import { compileCheck, type Check } from '../../core/validation/check.js'
import type { OutgoingMessage } from './kafka-producer.js'
import { PermanentError } from './permanent-error.js'
import { SIGNATURE_HEADER, type EventSigner } from './signatures.js'

/**
 * An event as a message. The topic is the prefix and the type. All events of a tenant have the same key, so that they
 * stay in order. The value is JSON in UTF-8.
 */
export function toMessage(
  event: OutboxEvent,
  topicPrefix: string,
  signer: Pick<EventSigner, 'sign'>
): OutgoingMessage {
  const { event_id, event_type, tenant_id, user_id, timestamp, data } = event
  const value = Buffer.from(JSON.stringify({ event_id, event_type, tenant_id, user_id, timestamp, data }))
  return {
    topic: topicPrefix + event_type,
    key: tenant_id ?? user_id ?? event_id,
    value,
    headers: {
      event_id,
      event_type,
      'content-type': 'application/json',
      traceparent: traceOf(event_id),
      [SIGNATURE_HEADER]: signer.sign(value)
    }
  }
}

/**
 * Every event starts a trace with its own id, so that you can find its relaying, handling, retries and setting aside by
 * that id. https://www.w3.org/TR/trace-context/#traceparent-header
 */
function traceOf(eventId: string): string {
  const hex = eventId.replaceAll('-', '')
  return `00-${hex}-${hex.slice(0, 16)}-01`
}

/** The value of a message is not one of our events; the error's message says what is wrong. */
export class InvalidEventError extends PermanentError {
  override readonly name = 'InvalidEventError'
}

const TYPES = Object.keys(EVENT_DATA) as EventType[]
const checks = new Map<unknown, Check>(TYPES.map((type) => [type, compileCheck(eventSchema(type))]))

/**
 * Reads the value of a message made by {@link toMessage}. Fields that are not in the schema are kept.
 * @throws {InvalidEventError}
 */
export function parseEvent(value: Buffer | null): StrongroomEvent {
  const event = parseJson(value)
  const problem = problemOf(event)
  if (problem !== null) throw new InvalidEventError(problem)
  return event as StrongroomEvent
}

/** Why a value is not one of our events; null if it is one. */
export function problemOf(event: unknown): string | null {
  if (typeof event !== 'object' || event === null) return 'The event is not a JSON object'
  const type = (event as Record<string, unknown>)['event_type']
  const check = checks.get(type)
  if (check === undefined)
    return `event_type is ${type === undefined ? 'missing' : JSON.stringify(type)}, not one of ${TYPES.join(', ')}`
  const [problem] = check(event)
  if (problem === undefined) return null
  return `${TYPES.find((name) => name === type) ?? ''} event: ${problem.field}: ${problem.message}`
}

function parseJson(value: Buffer | null): unknown {
  if (value === null) throw new InvalidEventError('The event has no value')
  try {
    return JSON.parse(value.toString('utf8'))
  } catch (cause) {
    throw new InvalidEventError('The event is not JSON', { cause })
  }
}
