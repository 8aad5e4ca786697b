import type { SQLWrapper } from 'drizzle-orm'
import { auditEvent, type AuditEvent } from '../audit-event.js'
import { outbox } from './schema.js'

/** The INSERT of an `audit.log` event into the outbox of the main database; see `auditEvent`. */
export const auditInMain = (event: AuditEvent, source?: SQLWrapper) => auditEvent(outbox, event, source)

/** The parts of an audit entry in which the account is both actor and target. */
export const byAccount = (account: { id: AuditEvent['targetId'] }) => ({
  userId: account.id,
  targetType: 'user',
  targetId: account.id
})
