import { statement, type DatabaseClient } from '../client.js'
import { insertAuditEvent } from '../audit-event.js'

/** How many wrong passwords in how many seconds are too many. */
export interface FailureLimit {
  limit: number
  window: number
}

export interface PasswordFailure {
  /** What was guessed at; see the table. */
  subject: string
  /** The account, where there is one. */
  userId: string | null
  ip: string | null
}

export type PasswordFailureRepository = ReturnType<typeof createPasswordFailureRepository>

/** Wrong passwords, counted for all processes together. */
export function createPasswordFailureRepository({ sql }: DatabaseClient, { limit, window }: FailureLimit) {
  const findBlock = statement<{ seconds: number }>(
    sql,
    `select ceil(extract(epoch from since + make_interval(secs => $3) - now()))::int as seconds
     from password_failures where subject = $1 and failures >= $2 and since > now() - make_interval(secs => $3)`
  )
  const over = 'counted.since <= now() - make_interval(secs => $2)'
  const count = statement(
    sql,
    `with failure as (
       insert into password_failures as counted (subject, failures) values ($1, 1)
       on conflict (subject) do update set
         failures = case when ${over} then 1 else counted.failures + 1 end,
         since = case when ${over} then now() else counted.since end
       returning subject, failures
     )
     ${insertAuditEvent('failure', {
       action: `'auth.password_refused'`,
       userId: '$4',
       targetType: `case when $4::uuid is null then 'unknown_account' else 'user' end`,
       targetId: `coalesce($4::text, subject)`,
       details: `jsonb_build_object('failures', failures, 'blocked', failures >= $3)`,
       ip: '$5'
     })}`
  )
  const prune = statement(
    sql,
    `delete from password_failures where since <= now() - make_interval(secs => $1)`
  )

  return {
    /** Seconds for which no password is looked at; 0 when the next one is. */
    async findBlock(subject: string): Promise<number> {
      const [row] = await findBlock(subject, limit, window)
      return row?.seconds ?? 0
    },
    async count({ subject, userId, ip }: PasswordFailure): Promise<void> {
      await count(subject, window, limit, userId, ip)
    },
    /** Deletes what counts no more. */
    async prune(): Promise<void> {
      await prune(window)
    }
  }
}
