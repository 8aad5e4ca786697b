import { and, gt, isNull, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { type AuditEvent } from '../audit-event.js'
import { now, query } from '../statement.js'
import { auditInMain } from './audit-in-main.js'
import { tokenFamilies } from './schema.js'

const { created_at, expires_at, revoked_at } = tokenFamilies

/**
 * `end`: when a session ends, however often it is refreshed. `live`: whether a session is still open.
 * @param maxAge seconds
 */
export function sessionLife(maxAge: number): { end: SQL; live: SQL } {
  const end = sql`(${created_at} + make_interval(secs => ${maxAge}))`
  return { end, live: and(isNull(revoked_at), gt(expires_at, now), sql`${end} > now()`) as SQL }
}

/** The CTE that writes audit entries about sessions, each with the session's own account as the actor. */
export const auditSessions = (
  name: string,
  sessions: SQLWrapper & { id: SQLWrapper; user_id: SQLWrapper },
  event: Pick<AuditEvent, 'action' | 'details' | 'ip'>
) =>
  query
    .$with(name, {})
    .as(
      auditInMain(
        { userId: sessions.user_id, targetType: 'session', targetId: sessions.id, ...event },
        sessions
      )
    )
