import { and, asc, eq, getTableColumns, gt, isNotNull, or, sql, type SQLWrapper } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { prepared, query, type Named } from '../statement.js'
import type { AuditEntry } from './audit-repository.js'
import {
  auditLog,
  invitations,
  mails,
  tenants,
  tokenFamilies,
  userTenantAssociations as members,
  users
} from './schema.js'
import type { Session } from './sessions-repository.js'
import { tenantColumns } from './tenant-row.js'
import type { MemberTenant } from './tenants-repository.js'
import { composedEmail } from './users-repository.js'

interface After {
  userId: string
  id: string
  limit: number
}

const { id, user_agent, ip_address, created_at, last_used_at, expires_at } = tokenFamilies
const { counts, ...entryColumns } = getTableColumns(auditLog)

export type ExportRepository = ReturnType<typeof createExportRepository>

/** A person's data in the main database, in pages of at most `limit` rows. */
export function createExportRepository({ sql: client }: DatabaseClient) {
  const sessions = prepared(client, (after: Named<After>) =>
    query
      .select({ id, user_agent, ip_address, created_at, last_used_at, expires_at })
      .from(tokenFamilies)
      .where(and(eq(tokenFamilies.user_id, after.userId), gt(id, after.id)))
      .orderBy(asc(id))
      .limit(after.limit)
  )
  const memberships = prepared(client, (after: Named<After>) =>
    query
      .select({ ...tenantColumns, role: members.role, joined_at: members.joined_at })
      .from(members)
      .innerJoin(tenants, eq(tenants.id, members.tenant_id))
      .where(and(eq(members.user_id, after.userId), gt(tenants.id, after.id)))
      .orderBy(asc(tenants.id))
      .limit(after.limit)
  )
  // Only a verified address: registering someone else's address must not reveal what was sent to it.
  // Invitations and mails may spell it as the account does, or composed.
  const isOwn = (address: SQLWrapper, { userId }: Named<After>) =>
    and(
      eq(users.id, userId),
      or(eq(address, users.email), eq(address, composedEmail)),
      isNotNull(users.email_verified_at)
    )
  const invited = prepared(client, (after: Named<After>) => {
    const { id, tenant_id, role, created_at, expires_at, accepted_at } = invitations
    return query
      .select({ id, tenant_id, role, created_at, expires_at, accepted_at })
      .from(invitations)
      .innerJoin(users, isOwn(invitations.email, after))
      .where(gt(id, after.id))
      .orderBy(asc(id))
      .limit(after.limit)
  })
  const mailed = prepared(client, (after: Named<After>) => {
    const { id, kind, created_at, sent_at } = mails
    return query
      .select({ id, kind, created_at, sent_at })
      .from(mails)
      .innerJoin(users, isOwn(mails.recipient, after))
      .where(gt(id, after.id))
      .orderBy(asc(id))
      .limit(after.limit)
  })
  const entries = prepared(client, (after: Named<After & { timestamp: string }>) =>
    query
      .select(entryColumns)
      .from(auditLog)
      .where(
        and(
          eq(auditLog.user_id, after.userId),
          sql`(${auditLog.timestamp}, ${auditLog.event_id}) > (${after.timestamp}::timestamptz, ${after.id}::uuid)`
        )
      )
      .orderBy(asc(auditLog.timestamp), asc(auditLog.event_id))
      .limit(after.limit)
  )
  return {
    /** Includes ended sessions that are still kept. */
    sessionsAfter: (userId: string, id: string, limit: number): Promise<Session[]> =>
      sessions({ userId, id, limit }),
    /** Includes memberships in inactive or deleted tenants. */
    membershipsAfter: (userId: string, id: string, limit: number): Promise<MemberTenant[]> =>
      memberships({ userId, id, limit }),
    /** Invitations to the person's verified address that are still kept. */
    invitationsAfter: (userId: string, id: string, limit: number) => invited({ userId, id, limit }),
    /** Mails to the person's verified address that are still kept; their text is not stored. */
    mailsAfter: (userId: string, id: string, limit: number) => mailed({ userId, id, limit }),
    /** The person's audit entries, in all tenants and outside of them, oldest first. */
    entriesAfter: (
      userId: string,
      after: Pick<AuditEntry, 'timestamp' | 'event_id'>,
      limit: number
    ): Promise<AuditEntry[]> => entries({ userId, timestamp: after.timestamp, id: after.event_id, limit })
  }
}
