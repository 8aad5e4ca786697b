import type { Actor } from '../actor.js'
import { statement, type DatabaseClient } from '../client.js'
import { insertAuditEvent } from '../audit-event.js'

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

export type SessionRepository = ReturnType<typeof createSessionRepository>

/** Sessions: one row of `token_families` for each log-in. */
export function createSessionRepository({ sql }: DatabaseClient) {
  const target = { targetType: `'session'`, targetId: 'id', userId: 'user_id' }
  // The lock makes it wait for a change of the password that is under way, which then refuses it, and makes a
  // change that comes later wait for this session, which it then ends.
  const insert = statement(
    sql,
    `with account as (
       select id from users where id = $2 and is_active and password_hash = $7 for share
     ), session as (
       insert into token_families (id, user_id, user_agent, ip_address, expires_at)
       select $1, id, $3, $4, now() + make_interval(secs => $5) from account returning id, user_id
     ), forgiven as (
       delete from password_failures using session where subject = $6
     )
     ${insertAuditEvent('session', { ...target, action: `'auth.login'`, ip: '$4' })} returning event_id`
  )
  // One statement decides and rotates, so that any number of parallel refreshes agree on one successor.
  const rotate = statement<{ user_id: string; generation: number }>(
    sql,
    `update token_families family set
       generation = $2 + 1,
       rotated_at = case when generation = $2 then now() else rotated_at end,
       expires_at = case when generation = $2 then now() + make_interval(secs => $3) else expires_at end,
       last_used_at = now(), ip_address = $5
     where id = $1 and revoked_at is null and expires_at > now()
       and (generation = $2 or (generation = $2 + 1 and rotated_at > now() - make_interval(secs => $4)))
       and exists (select from users where id = family.user_id and is_active)
     returning user_id, generation`
  )
  const revokeReused = statement(
    sql,
    `with session as (
       update token_families set revoked_at = now()
       where id = $1 and generation > $2 and revoked_at is null and expires_at > now() returning id, user_id
     ), event as (${insertAuditEvent('session', { ...target, action: `'auth.token_reused'`, ip: '$3' })})
     select id from session`
  )
  const end = (which: string, action: string) =>
    statement<{ id: string }>(
      sql,
      `with session as (
         update token_families set revoked_at = now()
         where user_id = $1 and ${which} and revoked_at is null returning id, user_id
       ), event as (${insertAuditEvent('session', { ...target, action: `'${action}'`, ip: '$3' })})
       select id from session`
    )
  const endOwn = end('id = $2', 'auth.logout')
  const endOne = end('id = $2', 'session.ended')
  const endOthers = end('id <> $2', 'session.ended')
  const isLive = statement(
    sql,
    `select from token_families family join users on users.id = family.user_id
     where family.id = $1 and family.user_id = $2 and family.revoked_at is null and users.is_active`
  )
  const live = 'user_id = $1 and revoked_at is null and expires_at > now()'
  const list = statement<Session & { total: number }>(
    sql,
    `select total.count as total, page.* from (select count(*) from token_families where ${live}) total
     left join (
       select id, user_agent, ip_address, created_at, last_used_at, expires_at from token_families where ${live}
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
     * Starts a session, and forgives the failures that were counted for `subject`; false when the password is
     * not the checked one any more, or the account not active.
     */
    async insert(session: NewSession, actor: Actor, checked: CheckedPassword): Promise<boolean> {
      const { id, userAgent, ttl } = session
      const { passwordHash, subject } = checked
      const rows = await insert(id, actor.userId, userAgent, actor.ip, ttl, subject, passwordHash)
      return rows.length > 0
    },
    /**
     * Uses up the refresh token of that generation; null when it is not good any more. Within the grace time
     * the token just replaced gives the same successor again.
     * @param ttl seconds that the session lives on
     */
    async rotate(
      id: string,
      generation: number,
      ttl: number,
      ip: string
    ): Promise<{ userId: string; generation: number } | null> {
      const [row] = await rotate(id, generation, ttl, REFRESH_GRACE, ip)
      return row ? { userId: row.user_id, generation: row.generation } : null
    },
    /** Ends the session if a successor of that generation was given out; true when it did. */
    async revokeReused(id: string, generation: number, ip: string): Promise<boolean> {
      return (await revokeReused(id, generation, ip)).length > 0
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
