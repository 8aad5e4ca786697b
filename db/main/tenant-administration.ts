import { and, asc, count, eq, gt, isNull, ne, sql } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { jsonObject, now, prepared, query, type Named } from '../statement.js'
import { auditInMain } from './audit-in-main.js'
import { tenants, users, userTenantAssociations as members } from './schema.js'
import { auditTenant, tenantColumns, tenantEvent, type Tenant } from './tenant-row.js'
import type { Role } from './members-repository.js'

/** A tenant as an operator sees it. */
export type ListedTenant = Tenant & { deleted_at: string | null; members: number }

export interface ListedMember {
  kind: 'person' | 'service'
  /** Null for a service. */
  email: string | null
  first_name: string
  last_name: string
  is_active: boolean
  role: Role
  joined_at: string
}

export type TenantAdministration = ReturnType<typeof createTenantAdministration>

/** Changes that operators make to tenants. The details of the audit entries say `by: operator`. */
export function createTenantAdministration({ sql: client }: Pick<DatabaseClient, 'sql'>) {
  const columns = {
    ...tenantColumns,
    deleted_at: tenants.deleted_at,
    members:
      sql<number>`${query.select({ count: count() }).from(members).where(eq(members.tenant_id, tenants.id))}`.as(
        'members'
      )
  }
  const listAfter = prepared(client, ({ id, limit }: Named<{ id: string; limit: number }>) =>
    query.select(columns).from(tenants).where(gt(tenants.id, id)).orderBy(asc(tenants.id)).limit(limit)
  )
  const findById = prepared(client, ({ id }: Named<{ id: string }>) =>
    query.select(columns).from(tenants).where(eq(tenants.id, id))
  )
  const listMembers = prepared(client, ({ id }: Named<{ id: string }>) =>
    query
      .select({
        kind: users.kind,
        email: users.email,
        first_name: users.first_name,
        last_name: users.last_name,
        is_active: users.is_active,
        role: members.role,
        joined_at: members.joined_at
      })
      .from(members)
      .innerJoin(users, eq(users.id, members.user_id))
      .where(eq(members.tenant_id, id))
      .orderBy(asc(members.role), asc(users.email))
  )
  const remove = prepared(client, ({ id }: Named<{ id: string }>) => {
    const tenant = query.$with('tenant').as(
      query
        .update(tenants)
        .set({ is_active: false, deleted_at: now, updated_at: now })
        .where(and(eq(tenants.id, id), isNull(tenants.deleted_at)))
        .returning()
    )
    const deleted = query.$with('deleted', {}).as(tenantEvent('tenant.deleted', tenant, { data: {} }))
    const details = jsonObject({ name: tenant.name, by: 'operator' })
    const event = query.$with('event', {}).as(auditTenant(tenant, { action: sql`'tenant.deleted'`, details }))
    return query.with(tenant, deleted, event).select({ id: tenant.id }).from(tenant)
  })

  const makeAdmin = prepared(client, (named: Named<{ tenantId: string; userId: string; osUser: string }>) => {
    const { tenantId, userId } = named
    const member = query.$with('member').as(
      query
        .insert(members)
        .values({ tenant_id: tenantId, user_id: userId, role: 'admin' })
        .onConflictDoUpdate({
          target: [members.user_id, members.tenant_id],
          set: { role: 'admin' },
          setWhere: ne(members.role, 'admin')
        })
        .returning({ user_id: members.user_id, tenant_id: members.tenant_id })
    )
    const event = query.$with('event', {}).as(
      auditInMain(
        {
          action: sql`'member.role_changed'`,
          ...{ tenantId: member.tenant_id, targetType: 'user', targetId: member.user_id },
          details: jsonObject({
            role: sql`'admin'::text`,
            by: 'operator',
            os_user: sql`${named.osUser}::text`
          })
        },
        member
      )
    )
    return query.with(member, event).select({ user_id: member.user_id }).from(member)
  })

  return {
    /** Makes an account an admin, whether or not it is a member already. */
    async makeAdmin(
      tenantId: string,
      userId: string,
      osUser: string
    ): Promise<{ outcome: 'changed' | 'unchanged' }> {
      return { outcome: (await makeAdmin({ tenantId, userId, osUser })).length > 0 ? 'changed' : 'unchanged' }
    },
    /** Tenants in any state, in the order of their ids, in pages. */
    listAfter: (id: string, limit: number): Promise<ListedTenant[]> => listAfter({ id, limit }),
    async findById(id: string): Promise<ListedTenant | null> {
      const [row] = await findById({ id })
      return row ?? null
    },
    /** The members of a tenant, ordered by role and address. */
    listMembers: (id: string): Promise<ListedMember[]> => listMembers({ id }),
    /**
     * Deletes the tenant as one of its admins would, which closes it to everyone. `unchanged` if it was already
     * deleted.
     */
    async remove(id: string): Promise<{ outcome: 'removed' | 'unchanged' }> {
      return { outcome: (await remove({ id })).length > 0 ? 'removed' : 'unchanged' }
    }
  }
}
