import { and, eq, ne, type SQLWrapper } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { query } from '../statement.js'
import { users, userTenantAssociations as members } from './schema.js'

/** The active admins of a tenant besides one member, to be asked whether there are any. */
export function otherAdmin(tenantId: SQLWrapper, memberId: SQLWrapper) {
  const other = alias(members, 'other')
  return query
    .select({ user_id: other.user_id })
    .from(other)
    .innerJoin(users, eq(users.id, other.user_id))
    .where(
      and(
        eq(other.tenant_id, tenantId),
        ne(other.user_id, memberId),
        eq(other.role, 'admin'),
        eq(users.is_active, true)
      )
    )
}
