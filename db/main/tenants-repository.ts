import { and, asc, count, desc, eq, sql } from 'drizzle-orm'
import type { Actor } from '../actor.js'
import { statement, type DatabaseClient } from '../client.js'
import { insertEvent } from '../event.js'
import { tenants, userTenantAssociations as members } from './schema.js'
import { createTenantCreationRepository } from './tenant-creation-repository.js'
import {
  auditTenant,
  tenantColumns as columns,
  tenantColumnsOf as columnsOf,
  type Tenant
} from './tenant-row.js'

export type { Tenant, TenantStatus } from './tenant-row.js'
export type Role = 'admin' | 'user' | 'viewer'
export type MemberTenant = Tenant & { role: Role; joined_at: string }

/** What one query says about a session's access to a tenant. */
export interface Membership {
  role: Role
  tenant: Tenant
}

export type TenantRepository = ReturnType<typeof createTenantRepository>

export function createTenantRepository({ sql: raw, db }: DatabaseClient) {
  const update = statement<Tenant>(
    raw,
    `with before as (
       select id, is_active, name from tenants where id = $1 and status <> 'purging' for no key update
     ), tenant as (
       update tenants set name = coalesce($2, tenants.name), is_active = coalesce($3, tenants.is_active),
         deleted_at = case when $3 then null else deleted_at end, updated_at = now()
       from before where tenants.id = before.id returning tenants.*, before.is_active as was_active,
         before.name as previous_name
     ), event as (${auditTenant({
       action: `case when is_active and not was_active then 'tenant.reactivated'
         when was_active and not is_active then 'tenant.deactivated' else 'tenant.updated' end`,
       userId: '$4',
       details: `jsonb_build_object('name', name, 'previous_name', previous_name)`,
       ip: '$5'
     })})
     select ${columnsOf('tenant')} from tenant`
  )
  const remove = statement(
    raw,
    `with tenant as (
       update tenants set is_active = false, deleted_at = now(), updated_at = now()
       where id = $1 and deleted_at is null returning *
     ), deleted as (
       ${insertEvent('tenant.deleted', 'tenant', { tenantId: 'id', userId: '$2', data: {} })}
     ), event as (${auditTenant({
       action: `'tenant.deleted'`,
       userId: '$2',
       ip: '$3'
     })})
     select id from tenant`
  )
  const findMembership = statement<Tenant & { role: Role | null }>(
    raw,
    `select ${columnsOf('tenants')}, member.role
     from token_families family
     join users on users.id = family.user_id
     left join user_tenant_associations member on member.user_id = users.id and member.tenant_id = $3
     left join tenants on tenants.id = member.tenant_id
     where family.id = $1 and family.user_id = $2 and family.revoked_at is null and users.is_active`
  )
  const findById = db
    .select(columns)
    .from(tenants)
    .where(eq(tenants.id, sql.placeholder('id')))
    .prepare('tenants_find_by_id')
  const ofUser = (userId: string, includeInactive: boolean) =>
    and(eq(members.user_id, userId), includeInactive ? undefined : eq(tenants.is_active, true))

  return {
    ...createTenantCreationRepository({ sql: raw }),
    /** Leaves alone what is undefined; a reactivation also takes a deletion back. Null when there is no such tenant, or it is being purged. */
    async update(
      id: string,
      changes: { name?: string | undefined; is_active?: boolean | undefined },
      actor: Actor
    ): Promise<Tenant | null> {
      const { name = null, is_active = null } = changes
      const [row] = await update(id, name, is_active, actor.userId, actor.ip)
      return row ?? null
    },
    /** The oldest tenant of that name that the user manages. */
    async findByNameOfAdmin(name: string, userId: string): Promise<Tenant | null> {
      const [row] = await db
        .select(columns)
        .from(tenants)
        .innerJoin(members, eq(members.tenant_id, tenants.id))
        .where(and(eq(tenants.name, name), eq(members.user_id, userId), eq(members.role, 'admin')))
        .orderBy(asc(tenants.created_at))
        .limit(1)
      return (row as Tenant | undefined) ?? null
    },
    /** Closes the tenant for everybody and writes `tenant.deleted`; false when it was deleted already. */
    async remove(id: string, actor: Actor): Promise<boolean> {
      return (await remove(id, actor.userId, actor.ip)).length > 0
    },
    async findById(id: string): Promise<Tenant | null> {
      const [row] = await findById.execute({ id })
      return (row as Tenant | undefined) ?? null
    },
    /**
     * Session, account, tenant and role in one query: 'ended' when the session is no longer good, null when
     * the user is not a member or there is no such tenant.
     */
    async findMembership(
      sessionId: string,
      userId: string,
      tenantId: string
    ): Promise<Membership | 'ended' | null> {
      const [row] = await findMembership(sessionId, userId, tenantId)
      if (row === undefined) return 'ended'
      const { role, ...tenant } = row
      return role === null ? null : { role, tenant }
    },
    /** A page of the user's tenants, newest first. */
    async listOfUser(
      userId: string,
      options: { includeInactive: boolean; limit: number; offset: number }
    ): Promise<MemberTenant[]> {
      const rows = await db
        .select({ ...columns, role: members.role, joined_at: members.joined_at })
        .from(members)
        .innerJoin(tenants, eq(tenants.id, members.tenant_id))
        .where(ofUser(userId, options.includeInactive))
        .orderBy(desc(tenants.created_at), desc(tenants.id))
        .limit(options.limit)
        .offset(options.offset)
      return rows as MemberTenant[]
    },
    async countOfUser(userId: string, options: { includeInactive: boolean }): Promise<number> {
      const [row] = await db
        .select({ total: count() })
        .from(members)
        .innerJoin(tenants, eq(tenants.id, members.tenant_id))
        .where(ofUser(userId, options.includeInactive))
      return row?.total ?? 0
    },
    /** Every active tenant in the order of their ids, in pages, for sweeps over all of them. */
    async listActiveAfter(id: string, limit: number): Promise<Tenant[]> {
      const rows = await db
        .select(columns)
        .from(tenants)
        .where(and(eq(tenants.status, 'active'), sql`${tenants.id} > ${id}`))
        .orderBy(asc(tenants.id))
        .limit(limit)
      return rows as Tenant[]
    },
    /** Tenants whose creation stopped half-way: older than `seconds`, so that no request is still at it. */
    async listUnfinished(seconds: number): Promise<Tenant[]> {
      const rows = await db
        .select(columns)
        .from(tenants)
        .where(
          sql`${tenants.status} = 'provisioning' and ${tenants.created_at} < now() - make_interval(secs => ${seconds})`
        )
      return rows as Tenant[]
    }
  }
}
