import { and, asc, count, eq, ne, or, sql } from 'drizzle-orm'
import type { WithSubqueryWithSelection } from 'drizzle-orm/pg-core'
import type postgres from 'postgres'
import type { Actor } from '../actor.js'
import type { AuditEvent } from '../audit-event.js'
import { withTransaction, type DatabaseClient } from '../client.js'
import { revertible } from './revertible.js'
import { bare, insertSelect, jsonObject, prepared, query, rendered, type Named } from '../statement.js'
import { pageWithTotal, readPage, type PageWithTotal } from '../page-with-total.js'
import { keepAccount } from './account-lock.js'
import { auditInMain } from './audit-in-main.js'
import { otherAdmin } from './other-admin.js'
import { tenants, users, userTenantAssociations as members } from './schema.js'

export type Role = (typeof members.$inferSelect)['role']

/** A member of a tenant, as other members see them. */
export interface Member {
  user_id: string
  kind: 'person' | 'service'
  /** Null for a service. */
  email: string | null
  first_name: string
  last_name: string
  role: Role
  joined_at: string
}

/** The outcome of a change. The last admin cannot be removed or demoted, since nobody could then manage the tenant. */
export type MemberChange =
  { outcome: 'changed'; member: Member } | { outcome: 'last admin' } | { outcome: 'missing' }

export type MemberAddition =
  | { outcome: 'added'; member: Member }
  /** The user is a member already, is no longer active, or is a service that does not belong to this tenant. */
  | { outcome: 'not possible' }
  /** There is no such user. */
  | { outcome: 'missing' }
  /** Nothing changed: the tenant would exceed its maximum number of members. */
  | { outcome: 'too many' }

type InTenant = { tenantId: string }
type Change = InTenant & { memberId: string } & Actor
type RoleChange = Change & { role: Role }

const { user_id, tenant_id, role, joined_at } = members
const changedColumns = { user_id, role, joined_at }
const person = {
  kind: users.kind,
  email: users.email,
  first_name: users.first_name,
  last_name: users.last_name
}
const ofTenant = ({ tenantId }: Named<InTenant>) => eq(tenant_id, tenantId)
const isMember = (named: Named<Change>) => and(ofTenant(named), eq(user_id, named.memberId))
const memberEvent = (
  { tenantId, userId, ip, onBehalfOf }: Named<Change>,
  member: { user_id: AuditEvent['targetId'] },
  event: Pick<AuditEvent, 'action' | 'details'>,
  source: Parameters<typeof auditInMain>[1]
) =>
  query
    .$with('event', {})
    .as(
      auditInMain(
        { tenantId, userId, ip, onBehalfOf, targetType: 'user', targetId: member.user_id, ...event },
        source
      )
    )

/**
 * Serializes changes of a tenant's members. The lock is a separate statement, so that the statement that decides sees
 * the previous change: if two admins remove each other at once, one of them stays.
 */
export const lockTenant = rendered(({ tenantId }: Named<InTenant>) =>
  query.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, tenantId)).for('no key update')
)
const add = rendered((named: Named<RoleChange>) => {
  const { tenantId, memberId } = named
  // A service can join only the tenant that it belongs to, or tenants that it creates.
  const mayJoin = or(eq(users.kind, 'person'), eq(users.owner_tenant_id, tenantId))
  const member = query.$with('member', changedColumns).as(
    sql`${insertSelect(members, { tenant_id: tenantId, user_id: users.id, role: named.role }, users)}
      where ${and(eq(users.id, memberId), eq(users.is_active, true), mayJoin)}
      on conflict do nothing returning ${user_id}, ${role}, ${joined_at}`
  )
  const details = jsonObject({ role: member.role })
  const event = memberEvent(named, member, { action: sql`'member.added'`, details }, member)
  return query
    .with(member, event)
    .select({ user_id: member.user_id, ...person, role: member.role, joined_at: member.joined_at })
    .from(member)
    .innerJoin(users, eq(users.id, member.user_id))
})
/** Returns a row if the tenant has more than `limit` members. */
export const isBeyond = rendered((named: Named<InTenant & { limit: number }>) =>
  query.select({ user_id }).from(members).where(ofTenant(named)).offset(named.limit).limit(1)
)

/** The member to change, and whether there is another active admin. */
function subjectOf(named: Named<Change>) {
  return query.$with('subject').as(
    query
      .select({
        user_id,
        role,
        dispensable:
          sql<boolean>`${role} <> 'admin' or exists ${otherAdmin(named.tenantId, named.memberId, users.kind)}`.as(
            'dispensable'
          )
      })
      .from(members)
      .innerJoin(users, eq(users.id, user_id))
      .where(isMember(named))
  )
}

/** Returns no row if there is no such member, and a row of nulls if it is the last admin and nothing changed. */
function resultOf(
  subject: ReturnType<typeof subjectOf>,
  changed: WithSubqueryWithSelection<typeof changedColumns, 'changed'>,
  event: ReturnType<typeof memberEvent>
) {
  return query
    .with(subject, changed, event)
    .select({ user_id: changed.user_id, ...person, role: changed.role, joined_at: changed.joined_at })
    .from(subject)
    .leftJoin(changed, sql`true`)
    .leftJoin(users, eq(users.id, changed.user_id))
}

const changeRole = rendered((named: Named<RoleChange>) => {
  const subject = subjectOf(named)
  const changed = query.$with('changed').as(
    query
      .update(members)
      .set({ role: sql`${named.role}` })
      .from(subject)
      .where(
        and(
          ofTenant(named),
          eq(user_id, subject.user_id),
          or(sql`${named.role} = 'admin'`, eq(subject.dispensable, true))
        )
      )
      .returning(changedColumns)
  )
  const details = jsonObject({ role: changed.role, previous_role: subject.role })
  const event = memberEvent(
    named,
    changed,
    { action: sql`'member.role_changed'`, details },
    sql`${changed}, ${subject} where ${ne(changed.role, subject.role)}`
  )
  return resultOf(subject, changed, event)
})
const remove = rendered((named: Named<Change>) => {
  const subject = subjectOf(named)
  const dispensable = sql`(select ${subject.user_id} from ${subject} where ${subject.dispensable})`
  const changed = query.$with('changed').as(
    query
      .delete(members)
      .where(and(ofTenant(named), eq(user_id, dispensable)))
      .returning(changedColumns)
  )
  const details = jsonObject({ role: changed.role })
  return resultOf(
    subject,
    changed,
    memberEvent(named, changed, { action: sql`'member.removed'`, details }, changed)
  )
})

export type MemberRepository = ReturnType<typeof createMemberRepository>

/** The members of tenants and their roles. */
export function createMemberRepository({ sql: client }: DatabaseClient) {
  const list = prepared(client, (named: Named<InTenant & { limit: number; offset: number }>) =>
    pageWithTotal(
      query
        .select({ count: count().as('count') })
        .from(members)
        .where(ofTenant(named)),
      query
        .select({ user_id: sql<string>`${users.id}`.as('user_id'), ...person, role, joined_at })
        .from(members)
        .innerJoin(users, eq(users.id, user_id))
        .where(ofTenant(named))
        .orderBy(asc(joined_at), asc(user_id))
        .limit(named.limit)
        .offset(named.offset),
      sql`page.${bare(joined_at)}, page.${bare(user_id)}`
    )
  )

  async function change(
    tenantId: string,
    decide: (transaction: postgres.TransactionSql) => Promise<{ user_id: string | null }[]>
  ): Promise<MemberChange> {
    const [row] = await withTransaction(client, async (transaction) => {
      await lockTenant(transaction, { tenantId })
      return decide(transaction)
    })
    if (row === undefined) return { outcome: 'missing' }
    return row.user_id === null ? { outcome: 'last admin' } : { outcome: 'changed', member: row as Member }
  }

  const findRole = prepared(client, (named: Named<InTenant & { userId: string }>) =>
    query
      .select({ role })
      .from(members)
      .innerJoin(users, eq(users.id, user_id))
      .where(and(ofTenant(named), eq(user_id, named.userId), eq(users.is_active, true)))
  )

  return {
    /** The role of a member whose account is active. */
    async findRole(tenantId: string, userId: string): Promise<Role | null> {
      const [row] = await findRole({ tenantId, userId })
      return row?.role ?? null
    },
    /** A page of the members in the order of joining, with the total number of members. */
    async list(tenantId: string, page: { limit: number; offset: number }): Promise<PageWithTotal<Member>> {
      return readPage<Member>(await list({ tenantId, ...page }), 'user_id')
    },
    /** Adds an active user, unless the tenant would then have more than `limit` members. */
    async add(
      tenantId: string,
      memberId: string,
      role: Role,
      actor: Actor,
      limit: number
    ): Promise<MemberAddition> {
      return revertible<MemberAddition>(client, async (transaction, revert) => {
        if ((await keepAccount(transaction, { userId: memberId })).length === 0) return { outcome: 'missing' }
        await lockTenant(transaction, { tenantId })
        const [member] = await add(transaction, { tenantId, memberId, role, ...actor })
        if (member === undefined) return { outcome: 'not possible' }
        const beyond = await isBeyond(transaction, { tenantId, limit })
        return beyond.length > 0 ? revert({ outcome: 'too many' }) : { outcome: 'added', member }
      })
    },
    async changeRole(tenantId: string, memberId: string, role: Role, actor: Actor): Promise<MemberChange> {
      return change(tenantId, (transaction) =>
        changeRole(transaction, { tenantId, memberId, role, ...actor })
      )
    },
    async remove(tenantId: string, memberId: string, actor: Actor): Promise<MemberChange> {
      return change(tenantId, (transaction) => remove(transaction, { tenantId, memberId, ...actor }))
    }
  }
}
