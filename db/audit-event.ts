import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { OutboxTable } from './outbox-table.js'
import { insertSelect } from './statement.js'

/** What an audit entry says, each part as SQL: a column of the source, a parameter or a literal. */
export interface AuditEvent {
  action: string | SQLWrapper
  tenantId?: SQLWrapper
  userId?: SQLWrapper
  targetType: string | SQLWrapper
  targetId: SQLWrapper
  /** A jsonb object. */
  details?: SQLWrapper
  ip?: SQLWrapper
  /** A jsonb object, for what is kept as one entry however often it happens; see `core/events.ts`. */
  counted?: SQLWrapper
}

const NULL = sql`null`

/**
 * The INSERT that writes an `audit.log` event for every row of `source` (a CTE, perhaps with a WHERE), or one without
 * any; it stands in the statement that makes the change.
 */
export function auditEvent(outbox: OutboxTable, event: AuditEvent, source?: SQLWrapper): SQL<never> {
  const { action, tenantId = NULL, userId = NULL, targetType, targetId, ip = NULL, counted } = event
  const { details = sql`'{}'::jsonb` } = event
  return insertSelect(
    outbox,
    {
      event_type: sql`'audit.log'`,
      tenant_id: sql`${tenantId}::uuid`,
      user_id: sql`${userId}::uuid`,
      data: jsonObject({
        action: sql`${action}::text`,
        target: jsonObject({ type: sql`${targetType}::text`, id: sql`${targetId}::text` }),
        details,
        ip: sql`${ip}::text`,
        ...(counted && { counted })
      })
    },
    source
  )
}

/** A jsonb object of these values, each of which is SQL or stands in the statement. */
export function jsonObject(values: Record<string, SQLWrapper | string>): SQL {
  const pairs = Object.entries(values).map(([name, value]) => sql`${name}, ${value}`)
  return sql`jsonb_build_object(${sql.join(pairs, sql`, `)})`
}
