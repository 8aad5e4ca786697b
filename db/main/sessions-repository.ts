import type { Actor } from '../actor.js'
import { statement, withTransaction, type DatabaseClient } from '../client.js'
import { insertAuditEvent } from '../audit-event.js'
import { LOCK_ACCOUNT } from './account-lock.js'

/** Seconds in which the refresh token that was just replaced may be presented again. */
export const REFRESH_GRACE = 10

/** A session as its owner sees it. */
export interface Session {
  id: string
  user_agent: string | null
  ip_address: string | null
  created_at: string
  last_used_at: string
  expires_at: string
}

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

/** A refresh token that is good. */
export interface Rotation {
  userId: string
  generation: number
  /** Seconds that the session can still last. */
  endsIn: number
}

export type SessionRepository = ReturnType<typeof createSessionRepository>

/** Sessions: one row of `token_families` for each log-in. */
export function createSessionRepository({ sql }: DatabaseClient, { maxAge, perAccount }: SessionLimits) {
  const end = `(created_at + make_interval(secs => ${maxAge}))`
  const live = `revoked_at is null and expires_at > now() and ${end} > now()`
  const target = { targetType: `'session'`, targetId: 'id', userId: 'user_id' }
  // Under the lock of the account, so it waits for a change of the password that is under way, which then refuses it,
  // and for log-ins that begin at the same time, whose sessions it then counts.
  const insert = `
     with account as (
       select id from users where id = $2 and is_active and password_hash = $7
     ), session as (
       insert into token_families (id, user_id, user_agent, ip_address, expires_at)
       select $1, id, $3, $4, now() + make_interval(secs => $5) from account returning id, user_id
     ), forgiven as (
       delete from password_failures using session where subject = $6
     ), oldest as (
       select family.id from token_families family join session on session.user_id = family.user_id
       where ${live} order by created_at desc, family.id offset ${perAccount - 1}
     ), displaced as (
       update token_families family set revoked_at = now() from oldest
       where family.id = oldest.id and revoked_at is null returning family.id, user_id
     ), ended as (${insertAuditEvent('displaced', {
       ...target,
       action: `'session.ended'`,
       details: `jsonb_build_object('reason', 'too many sessions')`,
       ip: '$4'
     })}), event as (${insertAuditEvent('session', { ...target, action: `'auth.login'`, ip: '$4' })})
     select displaced.id as displaced from session left join displaced on true`
  // One statement decides and rotates, so that any number of parallel refreshes agree on one successor.
  const rotate = statement<{ user_id: string; generation: number; ends_in: number }>(
    sql,
    `update token_families family set
       generation = $2 + 1,
       rotated_at = case when generation = $2 then now() else rotated_at end,
       expires_at = case when generation = $2 then least(now() + make_interval(secs => $3), ${end}) else expires_at end,
       last_used_at = now(), ip_address = $5
     where id = $1 and ${live}
       and (generation = $2 or (generation = $2 + 1 and rotated_at > now() - make_interval(secs => $4)))
       and exists (select from users where id = family.user_id and is_active)
     returning user_id, generation, floor(extract(epoch from ${end} - now()))::int as ends_in`
  )
  const refuse = statement<{ reused: boolean; expired: boolean }>(
    sql,
    `with session as (
       update token_families set revoked_at = now()
       where id = $1 and generation > $2 and ${live} returning id, user_id
     ), event as (${insertAuditEvent('session', { ...target, action: `'auth.token_reused'`, ip: '$3' })})
     select exists (select from session) as reused, revoked_at is null and not (${live}) as expired
     from token_families where id = $1`
  )
  const endWhere = (which: string, action: string) =>
    statement<{ id: string }>(
      sql,
      `with session as (
         update token_families set revoked_at = now()
         where user_id = $1 and ${which} and revoked_at is null returning id, user_id
       ), event as (${insertAuditEvent('session', { ...target, action: `'${action}'`, ip: '$3' })})
       select id from session`
    )
  const endOwn = endWhere('id = $2', 'auth.logout')
  const endOne = endWhere('id = $2', 'session.ended')
  const endOthers = endWhere('id <> $2', 'session.ended')
  const isLive = statement(
    sql,
    `select from token_families family join users on users.id = family.user_id
     where family.id = $1 and family.user_id = $2 and family.revoked_at is null and users.is_active`
  )
  const list = statement<Session & { total: number }>(
    sql,
    `select total.count as total, page.* from (select count(*) from token_families where user_id = $1 and ${live}) total
     left join (
       select id, user_agent, ip_address, created_at, last_used_at, expires_at from token_families where user_id = $1 and ${live}
       order by last_used_at desc, id limit $2 offset $3
     ) page on true order by page.last_used_at desc, page.id`
  )
  const touch = statement(
    sql,
    // Rows that somebody else is writing are left out: it is not worth a wait, let alone a deadlock.
    `with used as (
       select family.id, noted.ip from unnest($1::uuid[], $2::varchar[]) as noted (id, ip)
       join token_families family on family.id = noted.id
       where revoked_at is null for no key update of family skip locked
     )
     update token_families family set last_used_at = now(), ip_address = used.ip from used where family.id = used.id`
  )
  const prune = statement(sql, `delete from token_families where expires_at < now() - interval '1 day'`)

  return {
    /**
     * Starts a session, and forgives the failures that were counted for `subject`. The oldest sessions that are more
     * than an account may have end, and are returned. Null when the password is not the checked one any more, or the
     * account not active.
     */
    async insert(session: NewSession, actor: Actor, checked: CheckedPassword): Promise<string[] | null> {
      const { id, userAgent, ttl } = session
      const { passwordHash, subject } = checked
      const rows = await withTransaction(sql, async (transaction) => {
        await statement(transaction, LOCK_ACCOUNT)(actor.userId)
        const work = statement<{ displaced: string | null }>(transaction, insert)
        return work(id, actor.userId, userAgent, actor.ip, Math.min(ttl, maxAge), subject, passwordHash)
      })
      if (rows.length === 0) return null
      return rows.flatMap(({ displaced }) => (displaced === null ? [] : [displaced]))
    },
    /**
     * Uses up the refresh token of that generation; null when it is not good any more. Within the grace time
     * the token just replaced gives the same successor again.
     * @param ttl seconds that the session lives on
     */
    async rotate(id: string, generation: number, ttl: number, ip: string): Promise<Rotation | null> {
      const [row] = await rotate(id, generation, ttl, REFRESH_GRACE, ip)
      return row ? { userId: row.user_id, generation: row.generation, endsIn: row.ends_in } : null
    },
    /** Why `rotate` refused. Ends the session if a successor of that generation was given out: `reused`. */
    async refuse(id: string, generation: number, ip: string): Promise<'reused' | 'expired' | 'invalid'> {
      const [row] = await refuse(id, generation, ip)
      if (row?.reused === true) return 'reused'
      return row?.expired === true ? 'expired' : 'invalid'
    },
    /** Ends the session in which the actor asks for it. */
    async endOwn(id: string, actor: Actor): Promise<void> {
      await endOwn(actor.userId, id, actor.ip)
    },
    /** Ends a session of the actor's; false when there is no such one. */
    async endOne(id: string, actor: Actor): Promise<boolean> {
      return (await endOne(actor.userId, id, actor.ip)).length > 0
    },
    /** Ends every session of the actor's but this one; returns the ended ones. */
    async endOthers(id: string, actor: Actor): Promise<string[]> {
      return (await endOthers(actor.userId, id, actor.ip)).map((row) => row.id)
    },
    /** Whether access tokens of this session are to be accepted now. */
    async isLive(id: string, userId: string): Promise<boolean> {
      return (await isLive(id, userId)).length > 0
    },
    /** A page of the user's sessions, the last used ones first. */
    async list(
      userId: string,
      page: { limit: number; offset: number }
    ): Promise<{ items: Session[]; total: number }> {
      const rows = await list(userId, page.limit, page.offset)
      // An empty page still has one row, which carries the total alone.
      const items = rows
        .filter((row) => (row.id as string | null) !== null)
        .map(({ total, ...session }) => session)
      return { items, total: rows[0]?.total ?? 0 }
    },
    /** Notes that these sessions were used just now, and from where. */
    async touch(used: ReadonlyMap<string, string>): Promise<void> {
      // As the text of arrays, since the client knows no array types; neither ids nor addresses need quotes.
      await touch(`{${[...used.keys()].join(',')}}`, `{${[...used.values()].join(',')}}`)
    },
    /** Deletes sessions whose refresh tokens expired so long ago that no access token of them can live. */
    async prune(): Promise<void> {
      await prune()
    }
  }
}
