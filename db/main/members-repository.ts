import type { Actor } from '../actor.js'
import { statement, withTransaction, type DatabaseClient } from '../client.js'
import { insertAuditEvent } from '../audit-event.js'
import type { Role } from './tenants-repository.js'

/** A member of a tenant as other members see it. */
export interface Member {
  user_id: string
  email: string
  first_name: string
  last_name: string
  role: Role
  joined_at: string
}

/** What became of a change; without the last admin nobody could manage the tenant any more. */
export type MemberChange =
  { outcome: 'changed'; member: Member } | { outcome: 'last admin' } | { outcome: 'missing' }

const COLUMNS = 'users.id as user_id, email, first_name, last_name, role, joined_at'

export type MemberRepository = ReturnType<typeof createMemberRepository>

/** Who belongs to a tenant, and with which role. */
export function createMemberRepository({ sql }: DatabaseClient) {
  const target = { tenantId: '$1', targetType: `'user'`, targetId: 'user_id' }
  const list = statement<Member & { total: number }>(
    sql,
    `select total.count as total, page.* from
       (select count(*) from user_tenant_associations where tenant_id = $1) total
     left join (
       select ${COLUMNS} from user_tenant_associations member join users on users.id = member.user_id
       where tenant_id = $1 order by joined_at, user_id limit $2 offset $3
     ) page on true order by page.joined_at, page.user_id`
  )
  const add = `
    with member as (
       insert into user_tenant_associations (tenant_id, user_id, role)
       select $1, id, $3 from users where id = $2 and is_active
       on conflict do nothing returning user_id, role, joined_at
     ), event as (${insertAuditEvent('member', {
       ...target,
       action: `'member.added'`,
       userId: '$4',
       details: `jsonb_build_object('role', role)`,
       ip: '$5'
     })})
     select ${COLUMNS} from member join users on users.id = member.user_id`
  const isBeyond = 'select from user_tenant_associations where tenant_id = $1 offset $2 limit 1'

  // Changes of one tenant's members come one after the other, by a lock that a statement of its own takes: so
  // the statement that decides sees what the one before has left. Two admins who remove each other at once
  // leave one.
  const lockTenant = 'select from tenants where id = $1 for no key update'
  const subject = `
    subject as (
      select user_id, role, role <> 'admin' or exists (
        select from user_tenant_associations other join users on users.id = other.user_id
        where tenant_id = $1 and other.user_id <> $2 and other.role = 'admin' and is_active) as dispensable
      from user_tenant_associations where tenant_id = $1 and user_id = $2
    )`
  const result = `
    select dispensable, users.id as user_id, email, first_name, last_name, changed.role, changed.joined_at
    from subject left join changed on true left join users on users.id = changed.user_id`
  const changeRole = `
    with ${subject}, changed as (
      update user_tenant_associations member set role = $3 from subject
      where member.tenant_id = $1 and member.user_id = subject.user_id and ($3 = 'admin' or dispensable)
      returning member.user_id, member.role, member.joined_at, subject.role as previous_role
    ), event as (${insertAuditEvent('changed where role <> previous_role', {
      ...target,
      action: `'member.role_changed'`,
      userId: '$4',
      details: `jsonb_build_object('role', role, 'previous_role', previous_role)`,
      ip: '$5'
    })})
    ${result}`
  const remove = `
    with ${subject}, changed as (
      delete from user_tenant_associations member using subject
      where member.tenant_id = $1 and member.user_id = subject.user_id and dispensable
      returning member.user_id, member.role, member.joined_at
    ), event as (${insertAuditEvent('changed', {
      ...target,
      action: `'member.removed'`,
      userId: '$3',
      details: `jsonb_build_object('role', role)`,
      ip: '$4'
    })})
    ${result}`

  async function change(
    text: string,
    tenantId: string,
    ...parameters: (string | null)[]
  ): Promise<MemberChange> {
    return withTransaction(sql, async (transaction): Promise<MemberChange> => {
      await statement(transaction, lockTenant)(tenantId)
      const decide = statement<Member & { dispensable: boolean }>(transaction, text)
      const [row] = await decide(tenantId, ...parameters)
      if (row === undefined) return { outcome: 'missing' }
      const { dispensable, ...member } = row
      return (member.user_id as string | null) === null
        ? { outcome: 'last admin' }
        : { outcome: 'changed', member }
    })
  }

  return {
    /** A page of the members in the order in which they joined, and how many there are in all. */
    async list(
      tenantId: string,
      page: { limit: number; offset: number }
    ): Promise<{ items: Member[]; total: number }> {
      const rows = await list(tenantId, page.limit, page.offset)
      // An empty page still has one row, which carries the total alone.
      const items = rows
        .filter((row) => (row.user_id as string | null) !== null)
        .map(({ total, ...member }) => member)
      return { items, total: rows[0]?.total ?? 0 }
    },
    /**
     * Null when the user is a member already, or not an active user any more; 'too many', and nothing changed, when the
     * tenant would have more members than `limit`.
     */
    async add(
      tenantId: string,
      userId: string,
      role: Role,
      actor: Actor,
      limit: number
    ): Promise<Member | null | 'too many'> {
      const tooMany = new Error('The tenant has too many members')
      try {
        return await withTransaction(sql, async (transaction) => {
          await statement(transaction, lockTenant)(tenantId)
          const [row] = await statement<Member>(transaction, add)(
            tenantId,
            userId,
            role,
            actor.userId,
            actor.ip
          )
          if (row === undefined) return null
          if ((await statement(transaction, isBeyond)(tenantId, limit)).length > 0) throw tooMany
          return row
        })
      } catch (error) {
        if (error === tooMany) return 'too many'
        throw error
      }
    },
    async changeRole(tenantId: string, userId: string, role: Role, actor: Actor): Promise<MemberChange> {
      return change(changeRole, tenantId, userId, role, actor.userId, actor.ip)
    },
    async remove(tenantId: string, userId: string, actor: Actor): Promise<MemberChange> {
      return change(remove, tenantId, userId, actor.userId, actor.ip)
    }
  }
}
