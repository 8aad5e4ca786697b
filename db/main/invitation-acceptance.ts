import { and, eq, sql, type SQLWrapper, type WithSubquery } from 'drizzle-orm'
import type postgres from 'postgres'
import type { DatabaseClient } from '../client.js'
import { insertSelect, jsonObject, now, query, rendered, type Named } from '../statement.js'
import { lockAccount } from './account-lock.js'
import { auditInMain, byAccount } from './audit-in-main.js'
import { isAcceptable, type OpenInvitation } from './invitations-repository.js'
import { isBeyond, lockTenant, type Role } from './members-repository.js'
import { revertible } from './revertible.js'
import { invitations, users, userTenantAssociations as members } from './schema.js'
import { composedEmail } from './users-repository.js'

/**
 * The outcome of an acceptance; only `accepted` has changed anything. `role`: the account's role in the tenant, which
 * stays unchanged if it was a member already; null if the invitation is to the installation.
 */
export type Acceptance =
  | { outcome: 'accepted'; role: Role | null }
  /** The invitation was accepted or withdrawn or has expired, or its tenant or the account is no longer active. */
  | { outcome: 'gone' }
  /** An account has the address already. */
  | { outcome: 'taken' }
  /** The tenant would exceed its maximum number of members. */
  | { outcome: 'too many' }

/** How the accepting person received the link. */
interface Receipt {
  /** Whether by mail, which proves that the address is theirs. */
  mailed: boolean
  ip: string
}

export interface InvitedAccount {
  id: string
  passwordHash: string
  firstName: string
  lastName: string
}

type AsAccount = Receipt & { invitationId: string; userId: string }
type AsNew = Receipt & { invitationId: string } & InvitedAccount

const accept = ({ invitationId }: Named<{ invitationId: string }>) =>
  query.$with('invitation').as(
    query
      .update(invitations)
      .set({ accepted_at: now })
      .where(and(eq(invitations.id, invitationId), isAcceptable))
      .returning({
        id: invitations.id,
        tenant_id: invitations.tenant_id,
        email: invitations.email,
        role: invitations.role,
        may_create_tenants: invitations.may_create_tenants
      })
  )
type Accepted = ReturnType<typeof accept>

/**
 * The CTEs that make the account a member of the invitation's tenant, if there is one and the account is not a member
 * yet.
 */
function join(invitation: Accepted, account: WithSubquery & { id: SQLWrapper }, ip: SQLWrapper) {
  const { user_id, tenant_id, role } = members
  const member = query
    .$with('member', { user_id, tenant_id, role })
    .as(
      sql`${insertSelect(
        members,
        { user_id: account.id, tenant_id: invitation.tenant_id, role: invitation.role },
        sql`${invitation}, ${account}`
      )} where ${invitation.tenant_id} is not null on conflict do nothing returning user_id, tenant_id, role`
    )
  const joined = query.$with('joined', {}).as(
    auditInMain(
      {
        action: sql`'member.added'`,
        tenantId: member.tenant_id,
        userId: member.user_id,
        targetType: 'user',
        targetId: member.user_id,
        details: jsonObject({ role: member.role, invitation_id: invitation.id }),
        ip
      },
      sql`${member}, ${invitation}`
    )
  )
  return [member, joined] as const
}

const acceptAs = rendered((named: Named<AsAccount>) => {
  const invitation = accept(named)
  const { id, email_verified_at } = users
  const account = query.$with('account').as(
    query
      .update(users)
      .set({
        email_verified_at: sql`case when ${named.mailed}::bool then coalesce(${email_verified_at}, now()) else ${email_verified_at} end`,
        may_create_tenants: sql`${users.may_create_tenants} or ${invitation.may_create_tenants}`,
        updated_at: now
      })
      .from(invitation)
      .where(and(eq(id, named.userId), eq(users.is_active, true), eq(composedEmail, invitation.email)))
      .returning({ id })
  )
  const [member, joined] = join(invitation, account, named.ip)
  return query
    .with(invitation, account, member, joined)
    .select({ role: sql<Role | null>`coalesce(${member.role}, ${members.role})`.as('role') })
    .from(account)
    .innerJoin(invitation, sql`true`)
    .leftJoin(member, sql`true`)
    .leftJoin(members, and(eq(members.user_id, account.id), eq(members.tenant_id, invitation.tenant_id)))
})

const acceptNew = rendered((named: Named<AsNew>) => {
  const invitation = accept(named)
  const account = query.$with('account', { id: users.id }).as(
    sql`${insertSelect(
      users,
      {
        id: sql`${named.id}::uuid`,
        email: invitation.email,
        password_hash: named.passwordHash,
        first_name: named.firstName,
        last_name: named.lastName,
        email_verified_at: sql`case when ${named.mailed}::bool then now() end`,
        may_create_tenants: invitation.may_create_tenants
      },
      invitation
    )} where not exists (select from ${users} where ${composedEmail} = ${invitation.email})
      on conflict do nothing returning id`
  )
  const registered = query.$with('registered', {}).as(
    auditInMain(
      {
        action: sql`'user.registered'`,
        ...byAccount(account),
        details: jsonObject({ invitation_id: invitation.id }),
        ip: named.ip
      },
      sql`${account}, ${invitation}`
    )
  )
  const [member, joined] = join(invitation, account, named.ip)
  return query
    .with(invitation, account, registered, member, joined)
    .select({
      accepted: sql<string>`${invitation.id}`.as('accepted'),
      id: sql<string | null>`${account.id}`.as('id'),
      role: sql<Role | null>`${invitation.role}`.as('role')
    })
    .from(invitation)
    .leftJoin(account, sql`true`)
})

export type InvitationAcceptance = ReturnType<typeof createInvitationAcceptance>

/**
 * Accepts invitations, each in one transaction: the account, its membership and the acceptance commit together or not
 * at all.
 */
export function createInvitationAcceptance({ sql: client }: DatabaseClient) {
  function accepting(
    { tenant_id: tenantId }: OpenInvitation,
    userId: string | null,
    limit: number,
    work: (transaction: postgres.TransactionSql) => Promise<Acceptance>
  ): Promise<Acceptance> {
    return revertible<Acceptance>(client, async (transaction, revert) => {
      if (userId !== null) await lockAccount(transaction, { userId })
      if (tenantId !== null) await lockTenant(transaction, { tenantId })
      const acceptance = await work(transaction)
      if (acceptance.outcome !== 'accepted') return revert(acceptance)
      if (tenantId !== null && (await isBeyond(transaction, { tenantId, limit })).length > 0)
        return revert({ outcome: 'too many' })
      return acceptance
    })
  }

  return {
    /**
     * Accepts as an existing account, which must have the invitation's address.
     * @param limit maximum number of members of a tenant
     */
    asAccount: (
      invitation: OpenInvitation,
      userId: string,
      receipt: Receipt,
      limit: number
    ): Promise<Acceptance> =>
      accepting(invitation, userId, limit, async (transaction) => {
        const [row] = await acceptAs(transaction, { invitationId: invitation.id, userId, ...receipt })
        return row === undefined ? { outcome: 'gone' } : { outcome: 'accepted', role: row.role }
      }),
    /**
     * Creates an account with the invitation's address and accepts as it.
     * @param limit maximum number of members of a tenant
     */
    asNew: (
      invitation: OpenInvitation,
      account: InvitedAccount,
      receipt: Receipt,
      limit: number
    ): Promise<Acceptance> =>
      accepting(invitation, null, limit, async (transaction) => {
        const [row] = await acceptNew(transaction, { invitationId: invitation.id, ...account, ...receipt })
        if (row === undefined) return { outcome: 'gone' }
        return row.id === null ? { outcome: 'taken' } : { outcome: 'accepted', role: row.role }
      })
  }
}
