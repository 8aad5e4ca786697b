import { and, asc, count, desc, eq, gt, isNull, lt, ne, sql } from 'drizzle-orm'
import type { Actor } from '../actor.js'
import type { DatabaseClient } from '../client.js'
import { expectedParameter, isExpected, type ChangedBy } from '../revisions.js'
import { jsonObject, now, planned, prepared, query, secondsAgo, type Named } from '../statement.js'
import type { Role } from './members-repository.js'
import { apiKeys, tenants, tokenFamilies, users, userTenantAssociations as members } from './schema.js'
import { createTenantCreationRepository } from './tenant-creation-repository.js'
import { auditTenant, tenantColumns as columns, tenantEvent, type Tenant } from './tenant-row.js'

export type { Tenant, TenantStatus } from './tenant-row.js'
export type { Role } from './members-repository.js'
export type MemberTenant = Tenant & { role: Role; joined_at: string }

/** A member's access to a tenant, read by one query. */
export interface Membership {
  role: Role
  tenant: Tenant
}

/** The membership, or why there is none. */
export type MembershipResult =
  | { outcome: 'member'; membership: Membership }
  /** The account is no member, or there is no such tenant. */
  | { outcome: 'no member' }
  /** The session or key is no longer valid. */
  | { outcome: 'ended' }

type Listed = { userId: string; includeInactive: boolean }
type Change = Actor & { id: string; expected: string | null }
type Update = Change & { name: string | null; is_active: boolean | null }

/** Why a tenant was not changed. */
type Unchanged =
  /** No such tenant. */
  | { outcome: 'missing' }
  /** It is being purged. */
  | { outcome: 'purging' }
  /** Its revision is none of the expected ones. */
  | { outcome: 'revised' }

export type TenantChange = { outcome: 'changed'; tenant: Tenant } | Unchanged
export type TenantRemoval = { outcome: 'removed' | 'unchanged' | 'missing' | 'revised' }

export type TenantRepository = ReturnType<typeof createTenantRepository>

export function createTenantRepository({ sql: client }: DatabaseClient) {
  const update = prepared(client, (named: Named<Update>) => {
    const { userId, ip, onBehalfOf } = named
    const before = query.$with('before').as(
      query
        .select({ id: tenants.id, is_active: tenants.is_active, name: tenants.name })
        .from(tenants)
        .where(
          and(
            eq(tenants.id, named.id),
            ne(tenants.status, 'purging'),
            isExpected(tenants.revision, named.expected)
          )
        )
        .for('no key update')
    )
    const tenant = query.$with('tenant').as(
      query
        .update(tenants)
        .set({
          name: sql`coalesce(${named.name}, ${tenants.name})`,
          is_active: sql`coalesce(${named.is_active}, ${tenants.is_active})`,
          deleted_at: sql`case when ${named.is_active} then null else ${tenants.deleted_at} end`,
          updated_at: now
        })
        .from(before)
        .where(eq(tenants.id, before.id))
        .returning(columns)
    )
    const event = query.$with('event', {}).as(
      auditTenant(
        tenant,
        {
          action: sql`case when ${tenant.is_active} and not ${before.is_active} then 'tenant.reactivated'
            when ${before.is_active} and not ${tenant.is_active} then 'tenant.deactivated'
            else 'tenant.updated' end`,
          userId,
          details: jsonObject({ name: tenant.name, previous_name: before.name }),
          ip,
          onBehalfOf
        },
        sql`${tenant}, ${before}`
      )
    )
    return query.with(before, tenant, event).select().from(tenant)
  })
  const remove = prepared(client, ({ id, userId, ip, onBehalfOf, expected }: Named<Change>) => {
    const tenant = query.$with('tenant').as(
      query
        .update(tenants)
        .set({ is_active: false, deleted_at: now, updated_at: now })
        .where(and(eq(tenants.id, id), isNull(tenants.deleted_at), isExpected(tenants.revision, expected)))
        .returning()
    )
    const deleted = query.$with('deleted', {}).as(tenantEvent('tenant.deleted', tenant, { userId, data: {} }))
    const event = query
      .$with('event', {})
      .as(auditTenant(tenant, { action: sql`'tenant.deleted'`, userId, ip, onBehalfOf }))
    return query.with(tenant, deleted, event).select({ id: tenant.id }).from(tenant)
  })
  const membershipBy = (credentials: typeof tokenFamilies | typeof apiKeys) =>
    prepared(client, (named: Named<{ sessionId: string; userId: string; tenantId: string }>) =>
      query
        .select({ ...columns, role: members.role })
        .from(credentials)
        .innerJoin(users, eq(users.id, credentials.user_id))
        .leftJoin(members, and(eq(members.user_id, users.id), eq(members.tenant_id, named.tenantId)))
        .leftJoin(tenants, eq(tenants.id, members.tenant_id))
        .where(
          and(
            eq(credentials.id, named.sessionId),
            eq(credentials.user_id, named.userId),
            isNull(credentials.revoked_at),
            eq(users.is_active, true)
          )
        )
    )
  const findMembership = { session: membershipBy(tokenFamilies), key: membershipBy(apiKeys) }
  const findById = prepared(client, ({ id }: Named<{ id: string }>) =>
    query.select(columns).from(tenants).where(eq(tenants.id, id))
  )
  const findByNameOfAdmin = prepared(client, ({ name, userId }: Named<{ name: string; userId: string }>) =>
    query
      .select(columns)
      .from(tenants)
      .innerJoin(members, eq(members.tenant_id, tenants.id))
      .where(and(eq(tenants.name, name), eq(members.user_id, userId), eq(members.role, 'admin')))
      .orderBy(asc(tenants.created_at))
      .limit(1)
  )
  const listActiveAfter = prepared(client, ({ id, limit }: Named<{ id: string; limit: number }>) =>
    query
      .select(columns)
      .from(tenants)
      .where(and(eq(tenants.status, 'active'), gt(tenants.id, id)))
      .orderBy(asc(tenants.id))
      .limit(limit)
  )
  const listUnfinished = prepared(client, ({ seconds }: Named<{ seconds: number }>) =>
    query
      .select(columns)
      .from(tenants)
      .where(
        and(
          eq(tenants.status, 'provisioning'),
          // A tenant that is being imported has `deleted_at`; the import activates it.
          isNull(tenants.deleted_at),
          lt(tenants.created_at, secondsAgo(seconds))
        )
      )
  )
  const isListed = ({ userId, includeInactive }: Named<Listed>) =>
    and(eq(members.user_id, userId), sql`(${includeInactive} or ${tenants.is_active})`)
  const listOfUser = planned(client, (named: Named<Listed & { limit: number; offset: number }>) =>
    query
      .select({ ...columns, role: members.role, joined_at: members.joined_at })
      .from(members)
      .innerJoin(tenants, eq(tenants.id, members.tenant_id))
      .where(isListed(named))
      .orderBy(desc(tenants.created_at), desc(tenants.id))
      .limit(named.limit)
      .offset(named.offset)
  )
  const countOfUser = planned(client, (named: Named<Listed>) =>
    query
      .select({ total: count().as('total') })
      .from(members)
      .innerJoin(tenants, eq(tenants.id, members.tenant_id))
      .where(isListed(named))
  )

  return {
    ...createTenantCreationRepository({ sql: client }),
    /** Changes the fields that are not undefined. Setting `is_active` to true also undoes a deletion. */
    async update(
      id: string,
      changes: { name?: string | undefined; is_active?: boolean | undefined },
      { actor, expected }: ChangedBy
    ): Promise<TenantChange> {
      const { name = null, is_active = null } = changes
      const [tenant] = await update({ ...actor, id, name, is_active, expected: expectedParameter(expected) })
      if (tenant !== undefined) return { outcome: 'changed', tenant }
      const [found] = await findById({ id })
      if (found === undefined) return { outcome: 'missing' }
      return { outcome: found.status === 'purging' || expected === undefined ? 'purging' : 'revised' }
    },
    /** The oldest tenant of this name of which the user is an admin. */
    async findByNameOfAdmin(name: string, userId: string): Promise<Tenant | null> {
      const [row] = await findByNameOfAdmin({ name, userId })
      return row ?? null
    },
    /** Closes the tenant to everyone and writes `tenant.deleted`; `unchanged` if it was already deleted. */
    async remove(id: string, { actor, expected }: ChangedBy): Promise<TenantRemoval> {
      const removed = await remove({ ...actor, id, expected: expectedParameter(expected) })
      if (removed.length > 0) return { outcome: 'removed' }
      if (expected === undefined) return { outcome: 'unchanged' }
      const [found] = await findById({ id })
      if (found === undefined) return { outcome: 'missing' }
      return { outcome: expected.includes(found.revision) ? 'unchanged' : 'revised' }
    },
    async findById(id: string): Promise<Tenant | null> {
      const [row] = await findById({ id })
      return row ?? null
    },
    /** Checks session or key, account, tenant and role in one query. */
    async findMembership(
      by: 'session' | 'key',
      sessionId: string,
      userId: string,
      tenantId: string
    ): Promise<MembershipResult> {
      const [row] = await findMembership[by]({ sessionId, userId, tenantId })
      if (row === undefined) return { outcome: 'ended' }
      const { role, ...tenant } = row
      if (role === null) return { outcome: 'no member' }
      // Every member has a tenant.
      return { outcome: 'member', membership: { role, tenant: tenant as Tenant } }
    },
    /** A page of the user's tenants, newest first. */
    listOfUser: (
      userId: string,
      options: { includeInactive: boolean; limit: number; offset: number }
    ): Promise<MemberTenant[]> => listOfUser({ userId, ...options }),
    async countOfUser(userId: string, options: { includeInactive: boolean }): Promise<number> {
      const [row] = await countOfUser({ userId, ...options })
      return row?.total ?? 0
    },
    /** All active tenants in the order of their ids, in pages, for sweeps. */
    listActiveAfter: (id: string, limit: number): Promise<Tenant[]> => listActiveAfter({ id, limit }),
    /** Tenants whose creation was interrupted: older than `seconds`, so that no request can still be creating them. */
    listUnfinished: (seconds: number): Promise<Tenant[]> => listUnfinished({ seconds })
  }
}
