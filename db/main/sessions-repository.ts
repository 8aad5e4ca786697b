import { statement, type DatabaseClient } from '../client.js'

/** Seconds in which the refresh token that was just replaced may be presented again. */
export const REFRESH_GRACE = 10

export type SessionRepository = ReturnType<typeof createSessionRepository>

/** Sessions: one row of `token_families` for each log-in. */
export function createSessionRepository({ sql }: DatabaseClient) {
  const insert = statement(
    sql,
    `insert into token_families (id, user_id, expires_at) values ($1, $2, now() + make_interval(secs => $3))`
  )
  // One statement decides and rotates, so that any number of parallel refreshes agree on one successor.
  const rotate = statement<{ user_id: string; generation: number }>(
    sql,
    `update token_families family set
       generation = $2 + 1,
       rotated_at = case when generation = $2 then now() else rotated_at end,
       expires_at = case when generation = $2 then now() + make_interval(secs => $3) else expires_at end
     where id = $1 and revoked_at is null and expires_at > now()
       and (generation = $2 or (generation = $2 + 1 and rotated_at > now() - make_interval(secs => $4)))
       and exists (select from users where id = family.user_id and is_active)
     returning user_id, generation`
  )
  const revokeReused = statement(
    sql,
    `update token_families set revoked_at = now()
     where id = $1 and generation > $2 and revoked_at is null and expires_at > now() returning id`
  )
  const revoke = statement(
    sql,
    `update token_families set revoked_at = now() where id = $1 and revoked_at is null`
  )
  const isLive = statement(
    sql,
    `select from token_families family join users on users.id = family.user_id
     where family.id = $1 and family.user_id = $2 and family.revoked_at is null and users.is_active`
  )
  const prune = statement(sql, `delete from token_families where expires_at < now() - interval '1 day'`)

  return {
    /** @param ttl seconds that the session lives without being refreshed */
    async insert(id: string, userId: string, ttl: number): Promise<void> {
      await insert(id, userId, ttl)
    },
    /**
     * Uses up the refresh token of that generation; null when it is not good any more. Within the grace time
     * the token just replaced gives the same successor again.
     */
    async rotate(
      id: string,
      generation: number,
      ttl: number
    ): Promise<{ userId: string; generation: number } | null> {
      const [row] = await rotate(id, generation, ttl, REFRESH_GRACE)
      return row ? { userId: row.user_id, generation: row.generation } : null
    },
    /** Ends the session if a successor of that generation was given out; true when it did. */
    async revokeReused(id: string, generation: number): Promise<boolean> {
      return (await revokeReused(id, generation)).length > 0
    },
    async revoke(id: string): Promise<void> {
      await revoke(id)
    },
    /** Whether access tokens of this session are to be accepted now. */
    async isLive(id: string, userId: string): Promise<boolean> {
      return (await isLive(id, userId)).length > 0
    },
    /** Deletes sessions whose refresh tokens expired so long ago that no access token of them can live. */
    async prune(): Promise<void> {
      await prune()
    }
  }
}
