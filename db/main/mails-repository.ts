import { and, count, eq, inArray, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { now, prepared, query, secondsAgo, secondsFromNow, type Named } from '../statement.js'
import { isAcceptable } from './invitations-repository.js'
import type { MailKind } from './mail-queue.js'
import { createPrune } from './prune.js'
import { invitations, mails, tenants, users, webhookEndpoints } from './schema.js'

/** A mail that the caller must send. */
export interface ClaimedMail {
  id: string
  recipient: string
  kind: MailKind
  subject_id: string
  /** Including this one. */
  attempts: number
}

/** The data in a mail about an invitation. */
export interface InvitationFacts {
  id: string
  email: string
  expires_at: string
  /** null if the invitation is to the installation. */
  tenant_name: string | null
  /** null for an operator, or an account that no longer exists. */
  inviter_first_name: string | null
  inviter_last_name: string | null
}

/** The data in a mail about an account. */
export interface AccountFacts {
  id: string
  email: string
  first_name: string
  password_hash: string
  email_verified_at: string | null
}

/** The data in a mail about an export. */
export interface ExportFacts {
  tenant_id: string
  tenant_name: string
}

/** The data in a mail about a webhook. */
export interface WebhookFacts {
  id: string
  tenant_id: string
  tenant_name: string
  disabled_reason: string
}

/** Seconds that mails are kept, since they contain addresses of people without an account. */
const REMEMBERED = 30 * 86_400
const MAX_ERROR_LENGTH = 500

const { id, recipient, kind, subject_id, attempts, created_at, due_at, sent_at } = mails

export type MailRepository = ReturnType<typeof createMailRepository>

/** The worker's side of the mail queue; `mail-queue.ts` adds to it. */
export function createMailRepository({ sql: client }: DatabaseClient) {
  const claim = prepared(client, (named: Named<{ limit: number; retryIn: number }>) =>
    query
      .update(mails)
      .set({ attempts: sql`${attempts} + 1`, due_at: secondsFromNow(named.retryIn) })
      .where(
        inArray(
          id,
          query
            .select({ id })
            .from(mails)
            .where(lte(due_at, now))
            .orderBy(due_at)
            .limit(named.limit)
            .for('update', { skipLocked: true })
        )
      )
      .returning({ id, recipient, kind, subject_id, attempts })
  )
  const settle = prepared(client, (named: Named<{ id: string }>) =>
    query
      .update(mails)
      .set({ sent_at: now, due_at: sql`null`, error: sql`null` })
      .where(eq(id, named.id))
  )
  const postpone = prepared(client, (named: Named<{ id: string; error: string; retryIn: number | null }>) =>
    query
      .update(mails)
      .set({
        // Null seconds: never again.
        due_at: sql`now() + make_interval(secs => ${named.retryIn}::float8)`,
        error: sql`${named.error}`
      })
      .where(and(eq(id, named.id), isNull(sent_at)))
  )
  const drop = prepared(client, (named: Named<{ id: string }>) => query.delete(mails).where(eq(id, named.id)))
  const waiting = prepared(client, () =>
    query
      .select({ count: count().as('count') })
      .from(mails)
      .where(isNotNull(due_at))
  )
  const findInvitation = prepared(client, (named: Named<{ id: string }>) =>
    query
      .select({
        id: invitations.id,
        email: invitations.email,
        expires_at: invitations.expires_at,
        tenant_name: sql<string | null>`${tenants.name}`.as('tenant_name'),
        inviter_first_name: sql<string | null>`${users.first_name}`.as('inviter_first_name'),
        inviter_last_name: sql<string | null>`${users.last_name}`.as('inviter_last_name')
      })
      .from(invitations)
      .leftJoin(tenants, eq(tenants.id, invitations.tenant_id))
      .leftJoin(users, eq(users.id, invitations.invited_by))
      .where(and(eq(invitations.id, named.id), isAcceptable))
  )
  const findAccount = prepared(client, (named: Named<{ id: string }>) =>
    query
      .select({
        id: users.id,
        email: users.email,
        first_name: users.first_name,
        password_hash: users.password_hash,
        email_verified_at: users.email_verified_at
      })
      .from(users)
      .where(and(eq(users.id, named.id), eq(users.is_active, true)))
  )
  const findWebhook = prepared(client, (named: Named<{ id: string }>) =>
    query
      .select({
        id: webhookEndpoints.id,
        tenant_id: webhookEndpoints.tenant_id,
        tenant_name: sql<string>`${tenants.name}`.as('tenant_name'),
        disabled_reason: webhookEndpoints.disabled_reason
      })
      .from(webhookEndpoints)
      .innerJoin(tenants, eq(tenants.id, webhookEndpoints.tenant_id))
      .where(and(eq(webhookEndpoints.id, named.id), eq(tenants.is_active, true)))
  )

  const findTenant = prepared(client, (named: Named<{ id: string }>) =>
    query
      .select({
        tenant_id: sql<string>`${tenants.id}`.as('tenant_id'),
        tenant_name: sql<string>`${tenants.name}`.as('tenant_name')
      })
      .from(tenants)
      .where(and(eq(tenants.id, named.id), eq(tenants.is_active, true)))
  )

  return {
    /**
     * Claims mails that are due. Each is due again after `retryIn` seconds, so that another worker sends it if this one
     * is killed.
     */
    claim: (limit: number, retryIn: number): Promise<ClaimedMail[]> => claim({ limit, retryIn }),
    async sent(mailId: string): Promise<void> {
      await settle({ id: mailId })
    },
    /** @param retryIn seconds; null for never */
    async failed(mailId: string, reason: string, retryIn: number | null): Promise<void> {
      await postpone({ id: mailId, error: reason.slice(0, MAX_ERROR_LENGTH), retryIn })
    },
    /** Deletes a mail that is no longer needed. */
    async drop(mailId: string): Promise<void> {
      await drop({ id: mailId })
    },
    async countWaiting(): Promise<number> {
      const [row] = await waiting()
      return row?.count ?? 0
    },
    /** Null if the invitation can no longer be accepted, or its tenant is inactive. */
    async findInvitation(invitationId: string): Promise<InvitationFacts | null> {
      const [row] = await findInvitation({ id: invitationId })
      return row ?? null
    },
    /** Null if the account is gone, not active, or has no password. */
    async findAccount(userId: string): Promise<AccountFacts | null> {
      const [row] = await findAccount({ id: userId })
      if (row?.email == null || row.password_hash == null) return null
      return { ...row, email: row.email, password_hash: row.password_hash }
    },
    /** Null if the webhook is enabled again, or is gone. */
    async findDisabledWebhook(endpointId: string): Promise<WebhookFacts | null> {
      const [row] = await findWebhook({ id: endpointId })
      if (row?.disabled_reason == null) return null
      return { ...row, disabled_reason: row.disabled_reason }
    },
    /** Null if the tenant is inactive, or is gone. */
    async findExported(tenantId: string): Promise<ExportFacts | null> {
      const [row] = await findTenant({ id: tenantId })
      return row ?? null
    },
    /** Deletes up to 1,000 mails that were queued more than 30 days ago; true if there may be more. */
    prune: createPrune(client, mails, lt(created_at, secondsAgo(REMEMBERED)))
  }
}
