import type { EventData, EventType } from '../core/events.js'

/** The payload of an event where it is written: each field of its schema is the SQL of its value. */
export type EventFields<T extends EventType> = { [Field in keyof EventData<T>]: string }

/**
 * The INSERT that writes an event for every row of `source` (a CTE, perhaps with a WHERE), to stand in the statement
 * that makes the change. The only one that writes payloads, so that they are what consumers check.
 * @param event each part as SQL: a column of the source, a parameter or a literal
 * @param outbox the quoted name of the table; that of the main database unless given
 */
export function insertEvent<T extends EventType>(
  type: T,
  source: string,
  event: { tenantId?: string; userId?: string; data: EventFields<T> },
  outbox = '"outbox"'
): string {
  const { tenantId = 'null', userId = 'null', data } = event
  return `insert into ${outbox} (event_type, tenant_id, user_id, data)
    select '${type}', ${tenantId}::uuid, ${userId}::uuid, ${jsonObject(data)} from ${source}`
}

/** A jsonb object of these fields. */
export function jsonObject(fields: Partial<Record<string, string>>): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : `'${name}', ${value}`
  )
  return `jsonb_build_object(${pairs.join(', ')})`
}
