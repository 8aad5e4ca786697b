import { and, asc, count, desc, eq, getTableColumns, sql } from 'drizzle-orm'
import type { Actor } from '../actor.js'
import { statement, type DatabaseClient } from '../client.js'
import { insertAuditEvent } from '../audit-event.js'
import { ANSWER_RETENTION } from '../idempotency-table.js'
import { tenants, userTenantAssociations as members } from './schema.js'
import { CREATE_TENANT } from './tenant-keys-repository.js'

export type Role = 'admin' | 'user' | 'viewer'
export type TenantStatus = 'provisioning' | 'active' | 'failed'

const { created_by, deleted_at, ...columns } = getTableColumns(tenants)
const columnsOf = (alias: string) =>
  Object.keys(columns)
    .map((column) => `${alias}.${column}`)
    .join(', ')

export type Tenant = Omit<typeof tenants.$inferSelect, 'created_by' | 'deleted_at' | 'status'> & {
  status: TenantStatus
}
export type MemberTenant = Tenant & { role: Role; joined_at: string }

/** What one query says about a session's access to a tenant. */
export interface Membership {
  role: Role
  tenant: Tenant
}

export type TenantRepository = ReturnType<typeof createTenantRepository>

export function createTenantRepository({ sql: raw, db }: DatabaseClient) {
  const target = { tenantId: 'id', targetType: `'tenant'`, targetId: 'id' }
  const created = (ip: string) =>
    insertAuditEvent('tenant', {
      ...target,
      action: `'tenant.created'`,
      userId: 'created_by',
      details: `jsonb_build_object('name', name)`,
      ip
    })
  const insert = statement<Tenant>(
    raw,
    `with tenant as (
       insert into tenants (id, name, database_name, status, created_by) values ($1, $2, $3, 'provisioning', $4)
       returning *
     ), admin as (
       insert into user_tenant_associations (user_id, tenant_id, role) select $4, id, 'admin' from tenant
     ), event as (${created('$5')})
     select ${columnsOf('tenant')} from tenant`
  )
  const insertWithKey = statement<Tenant>(
    raw,
    `with key as (
       insert into idempotency_keys as held
         (user_id, operation, key, owner, claimed_until, fingerprint, tenant_id, expires_at)
       values ($4, '${CREATE_TENANT}', $5, $6, now() + make_interval(secs => $7), $8, $1,
         now() + make_interval(secs => ${ANSWER_RETENTION}))
       on conflict (user_id, operation, key) do update set owner = excluded.owner, created_at = now(),
         claimed_until = excluded.claimed_until, fingerprint = excluded.fingerprint, result = null,
         tenant_id = excluded.tenant_id, expires_at = excluded.expires_at
         where held.expires_at <= now()
       returning user_id
     ), tenant as (
       insert into tenants (id, name, database_name, status, created_by)
       select $1::uuid, $2, $3, 'provisioning', user_id from key returning *
     ), admin as (
       insert into user_tenant_associations (user_id, tenant_id, role) select created_by, id, 'admin' from tenant
     ), event as (${created('$9')})
     select ${columnsOf('tenant')} from tenant`
  )
  const activate = statement<Tenant>(
    raw,
    `with tenant as (
       update tenants set status = 'active', updated_at = now() where id = $1 and status <> 'active' returning *
     ), event as (
       insert into outbox (event_type, tenant_id, user_id, data)
       select 'tenant.created', id, created_by, jsonb_build_object('name', name, 'database_name', database_name)
       from tenant
     ), answered as (
       update idempotency_keys key set result = to_jsonb(tenant) from tenant where key.tenant_id = tenant.id
     )
     select ${columnsOf('tenant')} from tenant`
  )
  const update = statement<Tenant>(
    raw,
    `with before as (
       select id, is_active from tenants where id = $1 for no key update
     ), tenant as (
       update tenants set name = coalesce($2, name), is_active = coalesce($3, tenants.is_active),
         deleted_at = case when $3 then null else deleted_at end, updated_at = now()
       from before where tenants.id = before.id returning tenants.*, before.is_active as was_active
     ), event as (${insertAuditEvent('tenant', {
       ...target,
       action: `case when is_active and not was_active then 'tenant.reactivated'
         when was_active and not is_active then 'tenant.deactivated' else 'tenant.updated' end`,
       userId: '$4',
       details: `jsonb_build_object('name', name)`,
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
       insert into outbox (event_type, tenant_id, user_id, data) select 'tenant.deleted', id, $2::uuid, '{}' from tenant
     ), event as (${insertAuditEvent('tenant', {
       ...target,
       action: `'tenant.deleted'`,
       userId: '$2',
       details: `jsonb_build_object('name', name)`,
       ip: '$3'
     })})
     select id from tenant`
  )
  const fail = statement(
    raw,
    `update tenants set status = 'failed', updated_at = now()
     where id = $1 and status = 'provisioning' and created_at < now() - make_interval(secs => $2)`
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
    /** Inserts a tenant that is being provisioned, with its creator as admin. */
    async insert(
      tenant: { id: string; name: string; databaseName: string },
      creator: Actor
    ): Promise<Tenant> {
      const { id, name, databaseName } = tenant
      const [row] = await insert(id, name, databaseName, creator.userId, creator.ip)
      if (row === undefined) throw new Error('The tenant was not inserted')
      return row
    },
    /**
     * The same for a request with an Idempotency-Key, which is claimed for `seconds` by the same statement. Null,
     * and nothing changed, when the user has sent the key before.
     */
    async insertWithKey(
      tenant: { id: string; name: string; databaseName: string },
      claim: { key: string; owner: string; fingerprint: string; seconds: number },
      creator: Actor
    ): Promise<Tenant | null> {
      const { id, name, databaseName } = tenant
      const { key, owner, fingerprint, seconds } = claim
      const [row] = await insertWithKey(
        ...[id, name, databaseName, creator.userId],
        ...[key, owner, seconds, fingerprint, creator.ip]
      )
      return row ?? null
    },
    /** Declares the tenant ready, answers the key that it was asked for with, and writes `tenant.created`; null when it was active already. */
    async activate(id: string): Promise<Tenant | null> {
      const [row] = await activate(id)
      return row ?? null
    },
    /** Leaves alone what is undefined; a reactivation also takes a deletion back. Null when there is no such tenant. */
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
    /** Gives up on a tenant that has been provisioning for more than `seconds`. */
    async failAfter(id: string, seconds: number): Promise<void> {
      await fail(id, seconds)
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
