import type { EventData } from '../core/events.js'
import { insertEvent, jsonObject } from './event.js'

type Target = Record<keyof EventData<'audit.log'>['target'], string>

/** What an audit entry says, each part as SQL: a column of the source, a parameter or a literal. */
export interface AuditEventSql {
  action: string
  tenantId?: string
  userId: string
  targetType: string
  targetId: string
  /** A jsonb object. */
  details?: string
  ip: string
  /** A jsonb object, for what is kept as one entry however often it happens; see `core/events.ts`. */
  counted?: string
}

/** The INSERT that writes an `audit.log` event for every row of `source`; see {@link insertEvent}. */
export function insertAuditEvent(source: string, event: AuditEventSql, outbox?: string): string {
  const { action, tenantId = 'null', userId, targetType, targetId, ip, counted } = event
  const { details = "'{}'::jsonb" } = event
  const target: Target = { type: `${targetType}::text`, id: `${targetId}::text` }
  const data = {
    action: `${action}::text`,
    target: jsonObject(target),
    details,
    ip: `${ip}::text`,
    ...(counted !== undefined && { counted })
  }
  return insertEvent('audit.log', source, { tenantId, userId, data }, outbox)
}
