import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm'
import type postgres from 'postgres'
import type { Actor } from '../actor.js'
import { withTransaction } from '../client.js'
import { insertSelect, jsonObject, now, query, rendered, secondsFromNow, type Named } from '../statement.js'
import { lockAccount } from './account-lock.js'
import { settle, settling, type CountedAttempt } from './password-failures-repository.js'
import { tokenFamilies, users } from './schema.js'
import { auditSessions, sessionLife } from './session-row.js'

export interface NewSession {
  id: string
  userAgent: string | null
  /** Seconds that the session lasts without a refresh. */
  ttl: number
}

export interface CheckedPassword {
  passwordHash: string
  /** The attempt that was counted for the check; starting the session takes it back. */
  guess: CountedAttempt
}

export interface SessionLimits {
  /** Seconds after which a session ends, however often it is refreshed. */
  maxAge: number
  /** Maximum number of sessions per account. */
  perAccount: number
}

/** The outcome of a log-in. */
export type SessionStart =
  /** `displaced`: the oldest sessions, which ended because the account had too many. */
  | { outcome: 'started'; displaced: string[] }
  /** The password was changed after it was checked, or the account is not active. */
  | { outcome: 'refused' }

type Start = NewSession & Actor & { passwordHash: string } & ReturnType<typeof settling>

const { id, user_id, created_at, revoked_at } = tokenFamilies

/**
 * Starts sessions, under the lock of the account. A start therefore waits for a concurrent password change, which then
 * causes a refusal, and for concurrent log-ins, whose sessions it then counts.
 */
export function createSessionStart(client: postgres.Sql, { maxAge, perAccount }: SessionLimits) {
  const { live } = sessionLife(maxAge)
  const start = rendered((named: Named<Start>) => {
    const { userId, ip } = named
    const account = query.$with('account').as(
      query
        .select({ id: users.id })
        .from(users)
        .where(
          and(eq(users.id, userId), eq(users.is_active, true), eq(users.password_hash, named.passwordHash))
        )
    )
    const session = query.$with('session', { id, user_id }).as(
      sql`${insertSelect(
        tokenFamilies,
        {
          id: named.id,
          user_id: account.id,
          user_agent: named.userAgent,
          ip_address: ip,
          expires_at: secondsFromNow(named.ttl)
        },
        account
      )} returning ${id}, ${user_id}`
    )
    const settled = settle(session, named)
    const oldest = query.$with('oldest').as(
      query
        .select({ id })
        .from(tokenFamilies)
        .innerJoin(session, eq(session.user_id, user_id))
        .where(live)
        .orderBy(desc(created_at), asc(id))
        .offset(perAccount - 1)
    )
    const displaced = query.$with('displaced').as(
      query
        .update(tokenFamilies)
        .set({ revoked_at: now })
        .from(oldest)
        .where(and(eq(id, oldest.id), isNull(revoked_at)))
        .returning({ id, user_id })
    )
    const details = jsonObject({ reason: 'too many sessions' })
    const ended = auditSessions('ended', displaced, { action: sql`'session.ended'`, details, ip })
    const event = auditSessions('event', session, { action: sql`'auth.login'`, ip })
    return query
      .with(account, session, ...settled, oldest, displaced, ended, event)
      .select({ displaced: sql<string | null>`${displaced.id}`.as('displaced') })
      .from(session)
      .leftJoin(displaced, sql`true`)
  })

  return async (
    session: NewSession,
    actor: Actor,
    { passwordHash, guess }: CheckedPassword
  ): Promise<SessionStart> => {
    const ttl = Math.min(session.ttl, maxAge)
    const rows = await withTransaction(client, async (transaction) => {
      await lockAccount(transaction, actor)
      return start(transaction, { ...session, ...actor, passwordHash, ...settling(guess), ttl })
    })
    if (rows.length === 0) return { outcome: 'refused' }
    return { outcome: 'started', displaced: rows.flatMap(({ displaced }) => displaced ?? []) }
  }
}
