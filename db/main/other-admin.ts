import { and, eq, ne, sql, type SQLWrapper } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { query } from '../statement.js'
import { users, userTenantAssociations as members } from './schema.js'

/**
 * A subquery for the active admins of a tenant other than `memberId`, to test whether there are any. A person can be
 * replaced only by another person: a service cannot create keys or services, and its own key may be lost.
 * @param memberKind the kind of that member's account
 */
export function otherAdmin(tenantId: SQLWrapper, memberId: SQLWrapper, memberKind: SQLWrapper) {
  const other = alias(members, 'other')
  const account = alias(users, 'other_account')
  return query
    .select({ user_id: other.user_id })
    .from(other)
    .innerJoin(account, eq(account.id, other.user_id))
    .where(
      and(
        eq(other.tenant_id, tenantId),
        ne(other.user_id, memberId),
        eq(other.role, 'admin'),
        eq(account.is_active, true),
        sql`(${account.kind} = 'person' or ${memberKind} = 'service')`
      )
    )
}
