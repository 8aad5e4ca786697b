import { and, eq, isNull, ne, sql, type SQL } from 'drizzle-orm'
import { withTransaction, type DatabaseClient } from '../client.js'
import { now, prepared, query, rendered, type Named } from '../statement.js'
import { endSessions } from './account-effects.js'
import { forgetAccount } from './password-failures-repository.js'
import { lockAccount } from './account-lock.js'
import { auditInMain, byAccount } from './audit-in-main.js'
import { insertMail, lockRecipient, type MailKind } from './mail-queue.js'
import { users } from './schema.js'
import { composedEmail, type EmailAddress } from './users-repository.js'

/** The account that a mailed link belongs to. */
export interface LinkedAccount {
  id: string
  email: string
  password_hash: string
  first_name: string
  last_name: string
}

export interface PasswordRecovery {
  userId: string
  oldHash: string
  newHash: string
  /** The key of the account's counters of wrong passwords, which are reset. */
  accountKey: string
  ip: string
}

interface Verification {
  userId: string
  email: string
  ip: string
}

const { id, email, password_hash, first_name, last_name, is_active, email_verified_at } = users

const recover = rendered((named: Named<PasswordRecovery>) => {
  const account = query.$with('account').as(
    query
      .update(users)
      .set({
        password_hash: sql`${named.newHash}`,
        // The link came by mail, so the address is verified.
        email_verified_at: sql`coalesce(${email_verified_at}, now())`,
        updated_at: now
      })
      .where(and(eq(id, named.userId), eq(is_active, true), eq(password_hash, named.oldHash)))
      .returning({ id })
  )
  const ended = endSessions(account)
  const forgotten = forgetAccount(account, named.accountKey)
  const event = query.$with('event', {}).as(
    auditInMain(
      {
        action: sql`'user.password_recovered'`,
        ...byAccount(account),
        ip: named.ip
      },
      account
    )
  )
  return query
    .with(account, ended, ...forgotten, event)
    .select({ id: account.id, ended: sql<string | null>`${ended.id}`.as('ended') })
    .from(account)
    .leftJoin(ended, sql`true`)
})

const verify = rendered((named: Named<Verification>) => {
  const account = query.$with('account').as(
    query
      .update(users)
      .set({ email_verified_at: now, updated_at: now })
      .where(
        and(eq(id, named.userId), eq(email, named.email), eq(is_active, true), isNull(email_verified_at))
      )
      .returning({ id })
  )
  const event = query.$with('event', {}).as(
    auditInMain(
      {
        action: sql`'user.email_verified'`,
        ...byAccount(account),
        ip: named.ip
      },
      account
    )
  )
  return query.with(account, event).select({ id: account.id }).from(account)
})

/** Queues a mail to the active account of an address. */
const queueMail = (kind: Exclude<MailKind, 'invitation'>, condition: SQL) =>
  rendered(({ normalized, spelled }: Named<EmailAddress>) => {
    const account = query.$with('account').as(
      query
        .select({ id, email })
        .from(users)
        .where(and(eq(composedEmail, normalized), eq(is_active, true), condition))
        .orderBy(ne(email, spelled), ne(email, normalized))
        .limit(1)
    )
    const mail = query
      .$with('mail', {})
      .as(insertMail({ kind, recipient: account.email, subjectId: account.id }, account, sql`true`))
    return query.with(account, mail).select({ id: account.id }).from(account)
  })
const QUEUE = {
  password: queueMail('password', sql`true`),
  address: queueMail('address', isNull(email_verified_at))
}

export type AccountLinkRepository = ReturnType<typeof createAccountLinkRepository>

/** The effects of mailed links: they verify an address or set a new password. */
export function createAccountLinkRepository({ sql: client }: DatabaseClient) {
  const find = prepared(client, (named: Named<{ id: string }>) =>
    query
      .select({ id, email, password_hash, first_name, last_name })
      .from(users)
      .where(and(eq(id, named.id), eq(is_active, true)))
  )

  return {
    /** Queues a mail with a link, if an active account has the address and its mail limit allows another one now. */
    async requestMail(kind: keyof typeof QUEUE, address: EmailAddress): Promise<void> {
      await withTransaction(client, async (transaction) => {
        await lockRecipient(transaction, { recipient: address.normalized })
        await QUEUE[kind](transaction, address)
      })
    },
    /** Null if the account is gone, not active, or has no password. */
    async find(userId: string): Promise<LinkedAccount | null> {
      const [row] = await find({ id: userId })
      if (row?.email == null || row.password_hash == null) return null
      return { ...row, email: row.email, password_hash: row.password_hash }
    },
    /** `unchanged` if the address was verified before, or the account has another address now. */
    async verify(verification: Verification): Promise<{ outcome: 'verified' | 'unchanged' }> {
      const rows = await verify(client, verification)
      return { outcome: rows.length > 0 ? 'verified' : 'unchanged' }
    },
    /** Sets a new password and ends every session, unless the old password has changed in the meantime. */
    async recover(
      recovery: PasswordRecovery
    ): Promise<{ outcome: 'recovered'; ended: string[] } | { outcome: 'outdated' }> {
      const rows = await withTransaction(client, async (transaction) => {
        await lockAccount(transaction, recovery)
        return recover(transaction, recovery)
      })
      if (rows.length === 0) return { outcome: 'outdated' }
      return { outcome: 'recovered', ended: rows.flatMap(({ ended }) => ended ?? []) }
    }
  }
}
