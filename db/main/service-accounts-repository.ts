import { and, asc, count, eq, getTableColumns, sql } from 'drizzle-orm'
import type { Actor } from '../actor.js'
import { withTransaction, type DatabaseClient } from '../client.js'
import { bare, insertSelect, jsonObject, prepared, query, rendered, type Named } from '../statement.js'
import { pageWithTotal, readPage, type PageWithTotal } from '../page-with-total.js'
import { auditInMain } from './audit-in-main.js'
import { isBeyond, lockTenant, type Role } from './members-repository.js'
import { otherAdmin } from './other-admin.js'
import { revertible } from './revertible.js'
import { users, userTenantAssociations as members } from './schema.js'

/** A service account as the admins of its tenant see it. */
export interface ServiceAccount {
  id: string
  name: string
  /** Its role in the tenant; null if it is no longer a member. */
  role: Role | null
  is_active: boolean
  created_at: string
  created_by: string | null
}

export type ServiceCreation =
  { outcome: 'created'; service: ServiceAccount } | { outcome: 'too many members' }
/** `last admin`: nothing changed, because nobody could manage the tenant without this service. */
export type ServiceRemoval = { outcome: 'removed' | 'missing' | 'last admin' }

type Creation = { id: string; tenantId: string; name: string; role: Role } & Actor
type Removal = { id: string; tenantId: string } & Actor

export type ServiceAccountRepository = ReturnType<typeof createServiceAccountRepository>

const { id, created_at, created_by, is_active, owner_tenant_id } = users
const name = sql<string>`${users.first_name}`.as('name')

const insert = rendered((named: Named<Creation>) => {
  const { tenantId, userId, ip, onBehalfOf } = named
  const account = query.$with('account', getTableColumns(users)).as(
    sql`${insertSelect(users, {
      id: sql`${named.id}::uuid`,
      kind: sql`'service'`,
      owner_tenant_id: sql`${tenantId}::uuid`,
      first_name: named.name,
      last_name: sql`''`,
      created_by: sql`${userId}::uuid`
    })} returning *`
  )
  const member = query
    .$with('member', { role: members.role })
    .as(
      sql`${insertSelect(
        members,
        { user_id: account.id, tenant_id: account.owner_tenant_id, role: named.role },
        account
      )} returning ${members.role}`
    )
  const event = query.$with('event', {}).as(
    auditInMain(
      {
        action: sql`'service_account.created'`,
        ...{ tenantId, userId, ip, onBehalfOf },
        ...{ targetType: 'user', targetId: account.id },
        details: jsonObject({ name: account.first_name, role: sql`${named.role}::text` })
      },
      account
    )
  )
  return query
    .with(account, member, event)
    .select({
      id: account.id,
      name: sql<string>`${account.first_name}`.as('name'),
      role: member.role,
      is_active: account.is_active,
      created_at: account.created_at,
      created_by: account.created_by
    })
    .from(account)
    .innerJoin(member, sql`true`)
})

const isOwned = ({ id: serviceId, tenantId }: Named<{ id: string; tenantId: string }>) =>
  and(eq(id, serviceId), eq(users.kind, 'service'), eq(owner_tenant_id, tenantId))

/** Locks a service before its tenant, as everything that locks both does. */
const lock = rendered((named: Named<{ id: string; tenantId: string }>) =>
  query.select({ id }).from(users).where(isOwned(named)).for('update')
)

/** Returns no row if there is no such service, and a row of null if it is the last admin and nothing changed. */
const remove = rendered((named: Named<Removal>) => {
  const { tenantId, userId, ip, onBehalfOf } = named
  const isAdmin = query
    .select({ user_id: members.user_id })
    .from(members)
    .where(and(eq(members.user_id, id), eq(members.tenant_id, tenantId), eq(members.role, 'admin')))
  const subject = query.$with('subject').as(
    query
      .select({
        id,
        dispensable:
          sql<boolean>`not exists ${isAdmin} or exists ${otherAdmin(sql`${tenantId}::uuid`, id, users.kind)}`.as(
            'dispensable'
          )
      })
      .from(users)
      .where(isOwned(named))
  )
  const removed = query.$with('removed').as(
    query
      .delete(users)
      .where(eq(id, sql`(select ${subject.id} from ${subject} where ${subject.dispensable})`))
      .returning({ id, first_name: users.first_name })
  )
  const event = query.$with('event', {}).as(
    auditInMain(
      {
        action: sql`'service_account.deleted'`,
        ...{ tenantId, userId, ip, onBehalfOf },
        ...{ targetType: 'user', targetId: removed.id },
        details: jsonObject({ name: removed.first_name })
      },
      removed
    )
  )
  return query
    .with(subject, removed, event)
    .select({ removed: sql<string | null>`${removed.id}`.as('removed') })
    .from(subject)
    .leftJoin(removed, sql`true`)
})

/** The service accounts of tenants, which have keys instead of a password. The tenants' admins create them. */
export function createServiceAccountRepository({ sql: client }: DatabaseClient) {
  const isOfTenant = ({ tenantId }: Named<{ tenantId: string }>) =>
    and(eq(owner_tenant_id, tenantId), eq(users.kind, 'service'))
  const list = prepared(client, (named: Named<{ tenantId: string; limit: number; offset: number }>) =>
    pageWithTotal(
      query
        .select({ count: count().as('count') })
        .from(users)
        .where(isOfTenant(named)),
      query
        .select({ id, name, role: members.role, is_active, created_at, created_by })
        .from(users)
        .leftJoin(members, and(eq(members.user_id, id), eq(members.tenant_id, owner_tenant_id)))
        .where(isOfTenant(named))
        .orderBy(asc(created_at), asc(id))
        .limit(named.limit)
        .offset(named.offset),
      sql`page.${bare(created_at)}, page.${bare(id)}`
    )
  )

  return {
    /**
     * Adds a service account to a tenant with a role, unless the tenant would then have more than `memberLimit`
     * members.
     */
    async insert(
      service: { id: string; tenantId: string; name: string; role: Role },
      actor: Actor,
      memberLimit: number
    ): Promise<ServiceCreation> {
      return revertible<ServiceCreation>(client, async (transaction, revert) => {
        const { tenantId } = service
        await lockTenant(transaction, { tenantId })
        const [created] = await insert(transaction, { ...service, ...actor })
        if (created === undefined) throw new Error('The service account was not inserted')
        const beyond = await isBeyond(transaction, { tenantId, limit: memberLimit })
        return beyond.length > 0
          ? revert({ outcome: 'too many members' })
          : { outcome: 'created', service: created }
      })
    },
    /** A page of a tenant's service accounts, in the order of creation. */
    async list(
      tenantId: string,
      page: { limit: number; offset: number }
    ): Promise<PageWithTotal<ServiceAccount>> {
      return readPage<ServiceAccount>(await list({ tenantId, ...page }), 'id')
    },
    /** Deletes a tenant's service account with its keys. Documents and audit entries, which only refer to it, stay. */
    async remove(tenantId: string, serviceId: string, actor: Actor): Promise<ServiceRemoval> {
      const [row] = await withTransaction(client, async (transaction) => {
        await lock(transaction, { id: serviceId, tenantId })
        await lockTenant(transaction, { tenantId })
        return remove(transaction, { id: serviceId, tenantId, ...actor })
      })
      if (row === undefined) return { outcome: 'missing' }
      return { outcome: row.removed === null ? 'last admin' : 'removed' }
    }
  }
}
