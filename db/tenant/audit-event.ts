/** The placeholders of a statement's parameters that say who acts, in which tenant. */
export interface ActorParameters {
  tenantId: string
  userId: string
  ip: string
}

/**
 * The body of a CTE that writes an `audit.log` event about each row of `from`, which has an `id`.
 * @param details SQL of a jsonb value
 */
export function auditEvent(
  outbox: string,
  event: { action: string; type: 'document' | 'file'; details: string; from: string },
  { tenantId, userId, ip }: ActorParameters
): string {
  return `insert into ${outbox} (event_type, tenant_id, user_id, data)
    select 'audit.log', ${tenantId}::uuid, ${userId}::uuid, jsonb_build_object(
      'action', '${event.action}', 'target', jsonb_build_object('type', '${event.type}', 'id', id),
      'details', ${event.details}, 'ip', ${ip}::text)
    from ${event.from}`
}
