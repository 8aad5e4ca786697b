import { and, asc, count, desc, eq, exists, gt, isNull, lt, ne, not, or, sql, type SQL } from 'drizzle-orm'
import type { Actor } from '../actor.js'
import { withTransaction, type DatabaseClient } from '../client.js'
import {
  insertSelect,
  now,
  prepared,
  query,
  rendered,
  secondsAgo,
  secondsFromNow,
  type Named
} from '../statement.js'
import { lockAccount } from './account-lock.js'
import { auditEvent, jsonObject, type AuditEvent } from './audit-event.js'
import { pageWithTotal, readPage, type PageWithTotal } from './page-with-total.js'
import { passwordFailures, tokenFamilies, users } from './schema.js'

/** Seconds in which the refresh token that was just replaced may be presented again. */
export const REFRESH_GRACE = 10

const { id, user_id, user_agent, ip_address, created_at, last_used_at, expires_at } = tokenFamilies
const { generation, rotated_at, revoked_at } = tokenFamilies
const columns = { id, user_agent, ip_address, created_at, last_used_at, expires_at }

/** A session as its owner sees it. */
export type Session = Pick<typeof tokenFamilies.$inferSelect, keyof typeof columns>

export interface NewSession {
  id: string
  userAgent: string | null
  /** Seconds that it lives without being refreshed. */
  ttl: number
}

export interface CheckedPassword {
  passwordHash: string
  /** What failures were counted for. */
  subject: string
}

export interface SessionLimits {
  /** Seconds after which a session ends, however often it is refreshed. */
  maxAge: number
  /** Sessions that an account may have. */
  perAccount: number
}

/** What became of a log-in. */
export type SessionStart =
  /** With the oldest sessions that were more than an account may have, and have ended. */
  | { outcome: 'started'; displaced: string[] }
  /** The password is not the checked one any more, or the account not active. */
  | { outcome: 'refused' }

/** What became of a refresh token. */
export type Rotation =
  /** `endsIn`: seconds that the session can still last. */
  { outcome: 'rotated'; userId: string; generation: number; endsIn: number } | { outcome: 'refused' }

/** Why a refresh token was refused; `reused` has ended the session. */
export type Refusal = { outcome: 'reused' | 'expired' | 'invalid' }

type Token = { id: string; generation: number; ip: string }
type Own = Actor & { id: string }

/** Says that something happened to sessions of their own account. */
const sessionEvent = (
  session: Record<'id' | 'user_id', AuditEvent['targetId']> & { getSQL(): SQL },
  event: Pick<AuditEvent, 'action' | 'details' | 'ip'>
) => auditEvent({ userId: session.user_id, targetType: 'session', targetId: session.id, ...event }, session)

export type SessionRepository = ReturnType<typeof createSessionRepository>

/** Sessions: one row of `token_families` for each log-in. */
export function createSessionRepository(
  { sql: client }: DatabaseClient,
  { maxAge, perAccount }: SessionLimits
) {
  const end = sql`(${created_at} + make_interval(secs => ${maxAge}))`
  const live = and(isNull(revoked_at), gt(expires_at, now), sql`${end} > now()`) as SQL
  const liveOf = ({ userId }: Named<{ userId: string }>) => and(eq(user_id, userId), live)

  // Under the lock of the account, so it waits for a change of the password that is under way, which then refuses it,
  // and for log-ins that begin at the same time, whose sessions it then counts.
  const start = rendered((named: Named<NewSession & Actor & CheckedPassword>) => {
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
    const forgiven = query
      .$with('forgiven')
      .as(
        query
          .delete(passwordFailures)
          .where(and(eq(passwordFailures.subject, named.subject), exists(sql`(select from ${session})`)))
      )
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
    const ended = query
      .$with('ended', {})
      .as(sessionEvent(displaced, { action: sql`'session.ended'`, details, ip }))
    const event = query.$with('event', {}).as(sessionEvent(session, { action: sql`'auth.login'`, ip }))
    return query
      .with(account, session, forgiven, oldest, displaced, ended, event)
      .select({ displaced: sql<string | null>`${displaced.id}`.as('displaced') })
      .from(session)
      .leftJoin(displaced, sql`true`)
  })
  // One statement decides and rotates, so that any number of parallel refreshes agree on one successor.
  const rotate = prepared(client, (token: Named<Token & { ttl: number }>) => {
    const isNewest = eq(generation, token.generation)
    const isJustReplaced = and(
      eq(generation, sql`${token.generation} + 1`),
      gt(rotated_at, secondsAgo(REFRESH_GRACE))
    )
    const active = query
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, user_id), eq(users.is_active, true)))
    return query
      .update(tokenFamilies)
      .set({
        generation: sql`${token.generation} + 1`,
        rotated_at: sql`case when ${isNewest} then now() else ${rotated_at} end`,
        expires_at: sql`case when ${isNewest} then least(${secondsFromNow(token.ttl)}, ${end}) else ${expires_at} end`,
        last_used_at: now,
        ip_address: sql`${token.ip}`
      })
      .where(and(eq(id, token.id), live, or(isNewest, isJustReplaced), exists(active)))
      .returning({
        user_id,
        generation,
        ends_in: sql<number>`floor(extract(epoch from ${end} - now()))::int`.as('ends_in')
      })
  })
  const refuse = prepared(client, (token: Named<Token>) => {
    const session = query.$with('session').as(
      query
        .update(tokenFamilies)
        .set({ revoked_at: now })
        .where(and(eq(id, token.id), gt(generation, token.generation), live))
        .returning({ id, user_id })
    )
    const reuse = { action: sql`'auth.token_reused'`, ip: token.ip }
    const event = query.$with('event', {}).as(sessionEvent(session, reuse))
    return query
      .with(session, event)
      .select({
        reused: sql<boolean>`exists (select from ${session})`.as('reused'),
        expired: sql<boolean>`${and(isNull(revoked_at), not(live))}`.as('expired')
      })
      .from(tokenFamilies)
      .where(eq(id, token.id))
  })
  const endWhere = (which: (id: Named<Own>['id']) => SQL, action: SQL) =>
    prepared(client, (own: Named<Own>) => {
      const session = query.$with('session').as(
        query
          .update(tokenFamilies)
          .set({ revoked_at: now })
          .where(and(eq(user_id, own.userId), which(own.id), isNull(revoked_at)))
          .returning({ id, user_id })
      )
      const event = query.$with('event', {}).as(sessionEvent(session, { action, ip: own.ip }))
      return query.with(session, event).select({ id: session.id }).from(session)
    })
  const endOwn = endWhere((own) => eq(id, own), sql`'auth.logout'`)
  const endOne = endWhere((one) => eq(id, one), sql`'session.ended'`)
  const endOthers = endWhere((own) => ne(id, own), sql`'session.ended'`)
  const findLive = prepared(client, (session: Named<{ id: string; userId: string }>) =>
    query
      .select({ id })
      .from(tokenFamilies)
      .innerJoin(users, eq(users.id, user_id))
      .where(
        and(eq(id, session.id), eq(user_id, session.userId), isNull(revoked_at), eq(users.is_active, true))
      )
  )
  const list = prepared(client, (named: Named<{ userId: string; limit: number; offset: number }>) =>
    pageWithTotal(
      query
        .select({ count: count().as('count') })
        .from(tokenFamilies)
        .where(liveOf(named)),
      query
        .select(columns)
        .from(tokenFamilies)
        .where(liveOf(named))
        .orderBy(desc(last_used_at), asc(id))
        .limit(named.limit)
        .offset(named.offset),
      sql`page.last_used_at desc, page.id`
    )
  )
  // Rows that somebody else is writing are left out: it is not worth a wait, let alone a deadlock.
  const touch = prepared(client, ({ ids, addresses }: Named<{ ids: string; addresses: string }>) => {
    const used = query.$with('used', { id, ip_address }).as(
      sql`select ${id}, noted.ip_address
        from unnest(${ids}::uuid[], ${addresses}::varchar[]) as noted (id, ip_address)
        join ${tokenFamilies} on ${id} = noted.id
        where ${isNull(revoked_at)} for no key update of ${tokenFamilies} skip locked`
    )
    return query
      .with(used)
      .update(tokenFamilies)
      .set({ last_used_at: now, ip_address: used.ip_address })
      .from(used)
      .where(eq(id, used.id))
  })
  const prune = prepared(client, () =>
    query.delete(tokenFamilies).where(lt(expires_at, sql`now() - interval '1 day'`))
  )

  return {
    /** Starts a session, and forgives the failures that were counted for `subject`. */
    async insert(session: NewSession, actor: Actor, checked: CheckedPassword): Promise<SessionStart> {
      const ttl = Math.min(session.ttl, maxAge)
      const rows = await withTransaction(client, async (transaction) => {
        await lockAccount(transaction, actor)
        return start(transaction, { ...session, ...actor, ...checked, ttl })
      })
      if (rows.length === 0) return { outcome: 'refused' }
      return { outcome: 'started', displaced: rows.flatMap(({ displaced }) => displaced ?? []) }
    },
    /**
     * Uses up the refresh token of that generation. Within the grace time the token just replaced gives the same
     * successor again.
     * @param ttl seconds that the session lives on
     */
    async rotate(id: string, generation: number, ttl: number, ip: string): Promise<Rotation> {
      const [row] = await rotate({ id, generation, ttl, ip })
      if (row === undefined) return { outcome: 'refused' }
      return { outcome: 'rotated', userId: row.user_id, generation: row.generation, endsIn: row.ends_in }
    },
    /** Why `rotate` refused. Ends the session if a successor of that generation was given out. */
    async refuse(id: string, generation: number, ip: string): Promise<Refusal> {
      const [row] = await refuse({ id, generation, ip })
      if (row?.reused === true) return { outcome: 'reused' }
      return { outcome: row?.expired === true ? 'expired' : 'invalid' }
    },
    /** Ends the session in which the actor asks for it. */
    async endOwn(id: string, actor: Actor): Promise<void> {
      await endOwn({ ...actor, id })
    },
    /** Ends a session of the actor's. */
    async endOne(id: string, actor: Actor): Promise<{ outcome: 'ended' | 'missing' }> {
      const ended = await endOne({ ...actor, id })
      return { outcome: ended.length > 0 ? 'ended' : 'missing' }
    },
    /** Ends every session of the actor's but this one; returns the ended ones. */
    async endOthers(id: string, actor: Actor): Promise<string[]> {
      return (await endOthers({ ...actor, id })).map((row) => row.id)
    },
    /** Whether access tokens of this session are to be accepted now. */
    async isLive(id: string, userId: string): Promise<boolean> {
      return (await findLive({ id, userId })).length > 0
    },
    /** A page of the user's sessions, the last used ones first. */
    async list(userId: string, page: { limit: number; offset: number }): Promise<PageWithTotal<Session>> {
      return readPage<Session>(await list({ userId, ...page }), 'id')
    },
    /** Notes that these sessions were used just now, and from where. */
    async touch(used: ReadonlyMap<string, string>): Promise<void> {
      // As the text of arrays, since the client knows no array types; neither ids nor addresses need quotes.
      await touch({ ids: `{${[...used.keys()].join(',')}}`, addresses: `{${[...used.values()].join(',')}}` })
    },
    /** Deletes sessions whose refresh tokens expired so long ago that no access token of them can live. */
    async prune(): Promise<void> {
      await prune()
    }
  }
}
