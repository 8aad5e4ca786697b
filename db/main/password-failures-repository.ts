import { and, eq, gt, gte, lte, sql } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { jsonObject, prepared, query, secondsAgo, type Named } from '../statement.js'
import { auditInMain } from './audit-in-main.js'
import { passwordFailures } from './schema.js'

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

const { subject, failures, since } = passwordFailures

export type PasswordFailureRepository = ReturnType<typeof createPasswordFailureRepository>

/** Wrong passwords, counted for all processes together. */
export function createPasswordFailureRepository(
  { sql: client }: DatabaseClient,
  { limit, window }: FailureLimit
) {
  const findBlock = prepared(client, (named: Named<{ subject: string }>) =>
    query
      .select({
        seconds: sql<number>`ceil(extract(epoch from ${since} - (${secondsAgo(window)})))::int`.as('seconds')
      })
      .from(passwordFailures)
      .where(and(eq(subject, named.subject), gte(failures, limit), gt(since, secondsAgo(window))))
  )
  const isOver = lte(since, secondsAgo(window))
  const count = prepared(client, ({ subject: guessed, userId, ip }: Named<PasswordFailure>) => {
    const failure = query.$with('failure').as(
      query
        .insert(passwordFailures)
        .values({ subject: guessed, failures: 1 })
        .onConflictDoUpdate({
          target: subject,
          set: {
            failures: sql`case when ${isOver} then 1 else ${failures} + 1 end`,
            since: sql`case when ${isOver} then now() else ${since} end`
          }
        })
        .returning({ subject, failures })
    )
    const event = query.$with('event', {}).as(
      auditInMain(
        {
          action: sql`'auth.password_refused'`,
          userId,
          targetType: sql`case when ${userId}::uuid is null then 'unknown_account' else 'user' end`,
          targetId: sql`coalesce(${userId}::text, ${failure.subject})`,
          details: jsonObject({
            failures: failure.failures,
            blocked: sql`${failure.failures} >= ${limit}`
          }),
          ip
        },
        failure
      )
    )
    return query.with(failure, event).select({ subject: failure.subject }).from(failure)
  })
  const prune = prepared(client, () => query.delete(passwordFailures).where(isOver))

  return {
    /** Seconds for which no password is looked at; 0 when the next one is. */
    async findBlock(guessed: string): Promise<number> {
      const [row] = await findBlock({ subject: guessed })
      return row?.seconds ?? 0
    },
    async count(failure: PasswordFailure): Promise<void> {
      await count(failure)
    },
    /** Deletes what counts no more. */
    async prune(): Promise<void> {
      await prune()
    }
  }
}
