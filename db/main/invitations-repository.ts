import {
  and,
  asc,
  count,
  eq,
  exists,
  gt,
  isNotNull,
  isNull,
  lt,
  ne,
  or,
  sql,
  type SQLWrapper
} from 'drizzle-orm'
import type { Actor } from '../actor.js'
import type { DatabaseClient } from '../client.js'
import { pageWithTotal, readPage, type PageWithTotal } from '../page-with-total.js'
import {
  bare,
  insertSelect,
  jsonObject,
  now,
  prepared,
  query,
  rendered,
  secondsAgo,
  secondsFromNow,
  type Named
} from '../statement.js'
import { auditInMain } from './audit-in-main.js'
import { insertMail, isWaiting, lockRecipient } from './mail-queue.js'
import { lockTenant, type Role } from './members-repository.js'
import { createPrune } from './prune.js'
import { revertible } from './revertible.js'
import { invitations, mails, tenants } from './schema.js'

/** An invitation as the admins of its tenant see it. */
export interface Invitation {
  id: string
  email: string
  role: Role
  invited_by: string | null
  created_at: string
  expires_at: string
}

/** An invitation that can be accepted. */
export interface OpenInvitation {
  id: string
  /** null if the invitation is to the installation. */
  tenant_id: string | null
  /** In lower case and composed (NFC). */
  email: string
  role: Role | null
}

export interface NewInvitation {
  id: string
  email: string
  /** Seconds. */
  ttl: number
  /** Whether the invitation is mailed to its address. */
  mailed: boolean
}

/** The address would get more mails within a day than it may; nothing changed. */
type Unmailed = { outcome: 'too many mails' }
type Made = { outcome: 'invited'; invitation: Invitation } | { outcome: 'too many' } | Unmailed

/** Seconds that an invitation is kept after it has expired or ended. */
const REMEMBERED = 30 * 86_400

const { id, tenant_id, email, role, invited_by, created_at, expires_at, accepted_at } = invitations
const columns = { id, email, role, invited_by, created_at, expires_at }

/** Whether an invitation was neither accepted nor withdrawn, and has not expired. */
const isOpen = sql`(${isNull(accepted_at)} and ${gt(expires_at, now)})`

const inviting = query
  .select({ id: tenants.id })
  .from(tenants)
  .where(and(eq(tenants.id, tenant_id), eq(tenants.is_active, true), ne(tenants.status, 'purging')))
/** Whether an invitation can still be accepted: also not while its tenant is inactive. */
export const isAcceptable = and(isOpen, or(isNull(tenant_id), exists(inviting)))

type InTenant = { tenantId: string }
type Asked = NewInvitation & InTenant & Actor & { role: Role; perDay: number }

type Mailed = Record<'id' | 'email', SQLWrapper> & SQLWrapper
const mailOf = ({ id, email }: Mailed) => ({ kind: 'invitation', recipient: email, subjectId: id }) as const

/** The CTE that queues the mail with an invitation, if mails are sent, and whether none is on its way then. */
function mailed({ mailed }: Named<{ mailed: boolean }>, invitation: Mailed) {
  const mail = query
    .$with('mail', {})
    .as(sql`${insertMail(mailOf(invitation), invitation, sql`${mailed}::bool`)} returning id`)
  const unmailed = sql<boolean>`${mailed}::bool and not exists (select from ${mail})
    and not ${isWaiting(mailOf(invitation))}`.as('unmailed')
  return { mail, unmailed }
}

const audited = (
  named: Named<InTenant & Actor>,
  invitation: Record<'id' | 'role', SQLWrapper>,
  action: 'invitation.created' | 'invitation.withdrawn',
  source: Parameters<typeof auditInMain>[1]
) =>
  query.$with('event', {}).as(
    auditInMain(
      {
        tenantId: named.tenantId,
        userId: named.userId,
        ip: named.ip,
        onBehalfOf: named.onBehalfOf,
        targetType: 'invitation',
        targetId: invitation.id,
        action: sql`${sql.raw(`'${action}'`)}`,
        details: jsonObject({ role: invitation.role })
      },
      source
    )
  )

const invite = rendered((named: Named<Asked>) => {
  const address = sql`${named.email}::varchar`
  const renewed = query.$with('renewed').as(
    query
      .update(invitations)
      .set({
        role: sql`${named.role}`,
        invited_by: sql`${named.userId}`,
        expires_at: secondsFromNow(named.ttl)
      })
      .where(and(eq(tenant_id, named.tenantId), eq(email, address), isOpen))
      .returning(columns)
  )
  const ofToday = query
    .select({ count: count() })
    .from(invitations)
    .where(and(eq(tenant_id, named.tenantId), gt(created_at, secondsAgo(86_400))))
  const made = query.$with('made', columns).as(
    sql`${insertSelect(invitations, {
      id: sql`${named.id}::uuid`,
      tenant_id: sql`${named.tenantId}::uuid`,
      email: address,
      role: sql`${named.role}::varchar`,
      invited_by: sql`${named.userId}::uuid`,
      expires_at: secondsFromNow(named.ttl)
    })} where not exists (select from ${renewed}) and (${ofToday}) < ${named.perDay}::int
      returning ${bare(id, email, role, invited_by, created_at, expires_at)}`
  )
  const invitation = query
    .$with('invitation', columns)
    .as(sql`select * from ${renewed} union all select * from ${made}`)
  const { mail, unmailed } = mailed(named, invitation)
  const event = audited(named, invitation, 'invitation.created', invitation)
  return query
    .with(renewed, made, invitation, mail, event)
    .select({
      ...{ id: invitation.id, email: invitation.email, role: invitation.role },
      ...{ invited_by: invitation.invited_by, created_at: invitation.created_at },
      ...{ expires_at: invitation.expires_at, unmailed }
    })
    .from(invitation)
})

const inviteToInstallation = rendered((named: Named<NewInvitation & { mayCreateTenants: boolean }>) => {
  const invitation = query.$with('invitation', columns).as(
    sql`${insertSelect(invitations, {
      id: sql`${named.id}::uuid`,
      email: sql`${named.email}::varchar`,
      may_create_tenants: sql`${named.mayCreateTenants}::bool`,
      expires_at: secondsFromNow(named.ttl)
    })} returning ${bare(id, email, role, invited_by, created_at, expires_at)}`
  )
  const { mail, unmailed } = mailed(named, invitation)
  return query.with(invitation, mail).select({ unmailed }).from(invitation)
})

const withdraw = rendered((named: Named<InTenant & Actor & { id: string }>) => {
  const invitation = query.$with('invitation').as(
    query
      .update(invitations)
      .set({ expires_at: now })
      .where(and(eq(id, named.id), eq(tenant_id, named.tenantId), isOpen))
      .returning(columns)
  )
  // A waiting mail counts towards the limit of its address. One that was attempted may have been sent, and stays.
  const unmailed = query
    .$with('unmailed')
    .as(
      query
        .delete(mails)
        .where(
          and(
            eq(mails.recipient, sql`(select ${invitation.email} from ${invitation})`),
            eq(mails.subject_id, sql`(select ${invitation.id} from ${invitation})`),
            and(isNotNull(mails.due_at), eq(mails.attempts, 0))
          )
        )
    )
  const event = audited(named, invitation, 'invitation.withdrawn', invitation)
  return query.with(invitation, unmailed, event).select({ id: invitation.id }).from(invitation)
})

export type InvitationRepository = ReturnType<typeof createInvitationRepository>

/** Creates, lists and withdraws invitations; {@link createInvitationAcceptance} accepts them. */
export function createInvitationRepository({ sql: client }: DatabaseClient) {
  const ofTenant = ({ tenantId }: Named<InTenant>) => and(eq(tenant_id, tenantId), isOpen)
  const list = prepared(client, (named: Named<InTenant & { limit: number; offset: number }>) =>
    pageWithTotal(
      query
        .select({ count: count().as('count') })
        .from(invitations)
        .where(ofTenant(named)),
      query
        .select(columns)
        .from(invitations)
        .where(ofTenant(named))
        .orderBy(asc(created_at), asc(id))
        .limit(named.limit)
        .offset(named.offset),
      sql`page.${bare(created_at)}, page.${bare(id)}`
    )
  )
  const findOpen = prepared(client, (named: Named<{ id: string }>) =>
    query
      .select({ id, tenant_id, email, role })
      .from(invitations)
      .where(and(eq(id, named.id), isAcceptable))
  )

  return {
    /**
     * Invites an address into a tenant, or renews its open invitation, whose link keeps working.
     * @param perDay maximum number of invitations that a tenant may create within a day
     */
    async invite(
      tenantId: string,
      invitation: NewInvitation & { role: Role },
      actor: Actor,
      perDay: number
    ): Promise<Made> {
      return revertible<Made>(client, async (transaction, revert) => {
        await lockTenant(transaction, { tenantId })
        await lockRecipient(transaction, { recipient: invitation.email })
        const [row] = await invite(transaction, { ...invitation, tenantId, ...actor, perDay })
        if (row === undefined) return { outcome: 'too many' }
        const { unmailed, ...made } = row
        if (unmailed) return revert({ outcome: 'too many mails' })
        return { outcome: 'invited', invitation: made as Invitation }
      })
    },
    /** Invites an address to create an account, on behalf of an operator. */
    async inviteToInstallation(
      invitation: NewInvitation & { mayCreateTenants: boolean }
    ): Promise<{ outcome: 'invited' } | Unmailed> {
      return revertible<{ outcome: 'invited' } | Unmailed>(client, async (transaction, revert) => {
        await lockRecipient(transaction, { recipient: invitation.email })
        const [row] = await inviteToInstallation(transaction, invitation)
        return row?.unmailed === true ? revert({ outcome: 'too many mails' }) : { outcome: 'invited' }
      })
    },
    /** A page of the open invitations of a tenant, oldest first. */
    async list(
      tenantId: string,
      page: { limit: number; offset: number }
    ): Promise<PageWithTotal<Invitation>> {
      return readPage<Invitation>(
        (await list({ tenantId, ...page })) as (Invitation & { total: number })[],
        'id'
      )
    },
    /** Ends an open invitation. */
    async withdraw(
      tenantId: string,
      invitationId: string,
      actor: Actor
    ): Promise<{ outcome: 'withdrawn' | 'missing' }> {
      const rows = await withdraw(client, { tenantId, id: invitationId, ...actor })
      return { outcome: rows.length > 0 ? 'withdrawn' : 'missing' }
    },
    /** Null if the invitation cannot be accepted, or its tenant is inactive. */
    async findOpen(invitationId: string): Promise<OpenInvitation | null> {
      const [row] = await findOpen({ id: invitationId })
      return row ?? null
    },
    /**
     * Deletes up to 1,000 invitations that expired or were withdrawn more than 30 days ago; true if there may be more.
     */
    prune: createPrune(client, invitations, lt(expires_at, secondsAgo(REMEMBERED)))
  }
}
