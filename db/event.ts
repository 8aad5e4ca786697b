import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { EventData, EventType } from '../core/events.js'
import type { OutboxTable } from './outbox-table.js'
import { insertSelect, jsonObject } from './statement.js'

/** The parts of an event to write, each as SQL: a column of the source, a parameter or a literal. */
export interface EventSql<T extends EventType> {
  tenantId?: SQLWrapper | undefined
  userId?: SQLWrapper | undefined
  /** Every field of its schema. */
  data: { [Field in keyof EventData<T>]: SQLWrapper }
}

const NULL = sql`null`

/**
 * The INSERT that writes an event for every row of `source` (a CTE, perhaps with a WHERE), or a single event without
 * it, within the statement that makes the change. All payloads are written here, so that they match the schemas that
 * consumers check.
 */
export function insertEvent<T extends EventType>(
  outbox: OutboxTable,
  type: T,
  { tenantId = NULL, userId = NULL, data }: EventSql<T>,
  source?: SQLWrapper
): SQL<never> {
  return insertSelect(
    outbox,
    {
      event_type: sql`${type}`,
      tenant_id: sql`${tenantId}::uuid`,
      user_id: sql`${userId}::uuid`,
      data: jsonObject(data)
    },
    source
  )
}
