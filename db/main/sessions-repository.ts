import { and, asc, count, desc, eq, exists, gt, isNull, lt, ne, not, or, sql, type SQL } from 'drizzle-orm'
import type { Actor } from '../actor.js'
import type { DatabaseClient } from '../client.js'
import { bare, now, prepared, query, secondsAgo, secondsFromNow, type Named } from '../statement.js'
import { pageWithTotal, readPage, type PageWithTotal } from '../page-with-total.js'
import { createPrune } from './prune.js'
import { tokenFamilies, users } from './schema.js'
import { auditSessions, sessionLife } from './session-row.js'
import { createSessionStart, type SessionLimits } from './session-start.js'

/** Seconds during which a refresh token that was just replaced can be used again. */
export const REFRESH_GRACE = 10

const { id, user_id, user_agent, ip_address, created_at, last_used_at, expires_at } = tokenFamilies
const { generation, rotated_at, revoked_at } = tokenFamilies
const columns = { id, user_agent, ip_address, created_at, last_used_at, expires_at }

/** A session as its owner sees it. */
export type Session = Pick<typeof tokenFamilies.$inferSelect, keyof typeof columns>

/** The outcome of a refresh. */
export type Rotation =
  /** `endsIn`: seconds that the session can still last at most. */
  { outcome: 'rotated'; userId: string; generation: number; endsIn: number } | { outcome: 'refused' }

/** Why a refresh token was refused; for `reused`, the session was ended. */
export type Refusal = { outcome: 'reused' | 'expired' | 'invalid' }

type Token = { id: string; generation: number; ip: string }
type Own = Actor & { id: string }

export type SessionRepository = ReturnType<typeof createSessionRepository>

/** Sessions: one row of `token_families` for each log-in. */
export function createSessionRepository({ sql: client }: DatabaseClient, limits: SessionLimits) {
  const { end, live } = sessionLife(limits.maxAge)
  const liveOf = ({ userId }: Named<{ userId: string }>) => and(eq(user_id, userId), live)

  // One statement decides and rotates, so that parallel refreshes agree on one successor.
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
    const event = auditSessions('event', session, reuse)
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
      const event = auditSessions('event', session, { action, ip: own.ip })
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
      sql`page.${bare(last_used_at)} desc, page.${bare(id)}`
    )
  )
  // Skips rows that another transaction has locked: this is not worth a wait, let alone a deadlock.
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
  return {
    /** Starts a session, and takes back the attempt that was counted for its password check. */
    insert: createSessionStart(client, limits),
    /**
     * Replaces the refresh token of this generation. For {@link REFRESH_GRACE} seconds, the replaced token returns the
     * same successor again.
     * @param ttl seconds until the session expires without another refresh
     */
    async rotate(id: string, generation: number, ttl: number, ip: string): Promise<Rotation> {
      const [row] = await rotate({ id, generation, ttl, ip })
      if (row === undefined) return { outcome: 'refused' }
      return { outcome: 'rotated', userId: row.user_id, generation: row.generation, endsIn: row.ends_in }
    },
    /**
     * Determines why `rotate` refused. Ends the session if this generation has a successor, since its token was then
     * reused.
     */
    async refuse(id: string, generation: number, ip: string): Promise<Refusal> {
      const [row] = await refuse({ id, generation, ip })
      if (row?.reused === true) return { outcome: 'reused' }
      return { outcome: row?.expired === true ? 'expired' : 'invalid' }
    },
    /** Ends the session of the request. */
    async endOwn(id: string, actor: Actor): Promise<void> {
      await endOwn({ ...actor, id })
    },
    /** Ends one of the actor's sessions. */
    async endOne(id: string, actor: Actor): Promise<{ outcome: 'ended' | 'missing' }> {
      const ended = await endOne({ ...actor, id })
      return { outcome: ended.length > 0 ? 'ended' : 'missing' }
    },
    /** Ends all of the actor's sessions but this one, and returns their ids. */
    async endOthers(id: string, actor: Actor): Promise<string[]> {
      return (await endOthers({ ...actor, id })).map((row) => row.id)
    },
    /** Whether access tokens of this session are currently accepted. */
    async isLive(id: string, userId: string): Promise<boolean> {
      return (await findLive({ id, userId })).length > 0
    },
    /** A page of the user's sessions, the most recently used first. */
    async list(userId: string, page: { limit: number; offset: number }): Promise<PageWithTotal<Session>> {
      return readPage<Session>(await list({ userId, ...page }), 'id')
    },
    /** Records that these sessions were just used, and from where. */
    async touch(used: ReadonlyMap<string, string>): Promise<void> {
      // The text form of arrays, since the client does not handle array types; neither ids nor addresses need quotes.
      await touch({ ids: `{${[...used.keys()].join(',')}}`, addresses: `{${[...used.values()].join(',')}}` })
    },
    /**
     * Deletes up to 1,000 sessions whose refresh tokens expired so long ago that none of their access tokens can still be
     * valid; true if there may be more.
     */
    prune: createPrune(client, tokenFamilies, lt(expires_at, secondsAgo(86_400)))
  }
}
