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

/**
 * The INSERT that writes an `audit.log` event for every row of `source` (a CTE, perhaps with a WHERE), to stand in
 * the statement that makes the change.
 * @param outbox the quoted name of the table; that of the main database unless given
 */
export function insertAuditEvent(source: string, event: AuditEventSql, outbox = '"outbox"'): string {
  const {
    action,
    tenantId = 'null',
    userId,
    targetType,
    targetId,
    details = "'{}'::jsonb",
    ip,
    counted
  } = event
  return `insert into ${outbox} (event_type, tenant_id, user_id, data)
    select 'audit.log', ${tenantId}::uuid, ${userId}::uuid, jsonb_build_object(
      'action', ${action}::text, 'target', jsonb_build_object('type', ${targetType}::text, 'id', ${targetId}::text),
      'details', ${details}, 'ip', ${ip}::text${counted === undefined ? '' : `, 'counted', ${counted}`})
    from ${source}`
}
