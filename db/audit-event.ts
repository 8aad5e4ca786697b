import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { EventData } from '../core/events.js'
import { insertEvent, type EventSql } from './event.js'
import type { OutboxTable } from './outbox-table.js'
import { jsonObject } from './statement.js'

type Target = Record<keyof EventData<'audit.log'>['target'], SQLWrapper>

/** The parts of an audit entry, each as SQL: a column of the source, a parameter or a literal. */
export interface AuditEvent {
  action: string | SQLWrapper
  tenantId?: SQLWrapper
  userId?: SQLWrapper
  targetType: string | SQLWrapper
  targetId: SQLWrapper
  /** A jsonb object. */
  details?: SQLWrapper
  ip?: SQLWrapper
  onBehalfOf?: SQLWrapper
  /** A jsonb object, for frequent actions that are merged into one entry with a count; see `core/events.ts`. */
  counted?: SQLWrapper
}

/** The INSERT of an `audit.log` event for every row of `source`, or of one without it; see {@link insertEvent}. */
export function auditEvent(outbox: OutboxTable, event: AuditEvent, source?: SQLWrapper): SQL<never> {
  const { action, tenantId, userId, targetType, targetId, ip = sql`null`, counted } = event
  const { onBehalfOf = sql`null` } = event
  const { details = sql`'{}'::jsonb` } = event
  const target: Target = { type: sql`${targetType}::text`, id: sql`${targetId}::text` }
  const data: EventSql<'audit.log'>['data'] = {
    action: sql`${action}::text`,
    target: jsonObject(target),
    details,
    ip: sql`${ip}::text`,
    on_behalf_of: sql`${onBehalfOf}::text`,
    ...(counted && { counted })
  }
  return insertEvent(outbox, 'audit.log', { tenantId, userId, data }, source)
}
