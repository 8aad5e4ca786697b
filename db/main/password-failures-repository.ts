import { and, between, eq, gt, inArray, lte, ne, sql, type SQLWrapper } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { bare, jsonObject, now, prepared, query, rendered, secondsAgo, type Named } from '../statement.js'
import { auditInMain } from './audit-in-main.js'
import { createPrune } from './prune.js'
import { revertible } from './revertible.js'
import { passwordFailures } from './schema.js'

/** A counter of failures: at most `limit` within `window` seconds. */
export interface Counter {
  /** A hash of what is counted; see the table. */
  subject: string
  limit: number
  window: number
}

/** An attempt, which is counted as a failure until it succeeds. */
export interface CountedAttempt {
  /** The counter that a success deletes. */
  own: string
  /** The counters that a success decrements again. */
  others: string[]
}

export type Counting =
  /** Counted in all of the counters: the failures in each, and whether one of them is now full. */
  | { outcome: 'counted'; failures: number[]; full: boolean }
  /** Counted in none of them: the seconds until all of them accept another failure. */
  | { outcome: 'full'; seconds: number }

export interface PasswordRefusal {
  /** The account, if there is one. */
  userId: string | null
  ip: string | null
  /** A hash that identifies the address where it has no account. */
  accountSubject: string
  failures: number
  blocked: boolean
}

/** Seconds; no counter has a longer window. */
const LONGEST_WINDOW = 86_400

const { subject, failures, since } = passwordFailures

const add = rendered((counter: Named<Counter>) => {
  // An attempt that was taken back may leave a row with 0 failures, whose window does not count.
  const isOver = sql`(${failures} = 0 or ${lte(since, secondsAgo(counter.window))})`
  return query
    .insert(passwordFailures)
    .values({ subject: counter.subject, failures: 1 })
    .onConflictDoUpdate({
      target: subject,
      set: {
        failures: sql`case when ${isOver} then 1 else ${failures} + 1 end`,
        since: sql`case when ${isOver} then now() else ${since} end`
      },
      setWhere: sql`${isOver} or ${failures} < ${counter.limit}`
    })
    .returning({ subject, failures })
})

/**
 * The counters that match, locked in the order of their subjects, as in every statement that writes several of them, to
 * prevent deadlocks.
 */
const locked = (which: SQLWrapper) =>
  query
    .$with('locked', { subject })
    .as(sql`select ${subject} from ${passwordFailures} where ${which} order by ${subject} for update`)

/** An array in the text form of PostgreSQL; the hashes need no quotes. */
const arrayOf = (values: (string | number)[]) => `{${values.join(',')}}`

/** The parameters of {@link settle}. */
export const settling = ({ own, others }: CountedAttempt) => ({ own, others: arrayOf(others) })

/**
 * The CTEs that take an attempt back if `source` has a row, which means that it succeeded: they delete its own counter
 * and decrement the others.
 */
export function settle(source: SQLWrapper, named: Named<{ own: string; others: string }>) {
  const attempt = locked(
    sql`(${subject} = ${named.own} or ${subject} = any(${named.others}::varchar[])) and exists (select from ${source})`
  )
  const forgotten = query
    .$with('forgotten')
    .as(
      query
        .delete(passwordFailures)
        .where(and(eq(subject, named.own), inArray(subject, sql`(select subject from ${attempt})`)))
    )
  const returned = query.$with('returned').as(
    query
      .update(passwordFailures)
      .set({ failures: sql`greatest(${failures} - 1, 0)` })
      .from(attempt)
      .where(and(eq(subject, attempt.subject), ne(subject, named.own)))
  )
  return [attempt, forgotten, returned] as const
}

/**
 * The CTEs that delete all failures of an account if `source` has a row, after its password was reset.
 * @param account the prefix of its subjects: `accountKey`
 */
export function forgetAccount(source: SQLWrapper, account: SQLWrapper) {
  const ending = (digit: string) => sql`${account}::text || ${digit.repeat(32)}`
  const range = between(subject, ending('0'), ending('f'))
  const all = locked(sql`${range} and exists (select from ${source})`)
  const forgotten = query
    .$with('forgotten')
    .as(query.delete(passwordFailures).where(inArray(subject, sql`(select subject from ${all})`)))
  return [all, forgotten] as const
}

export type PasswordFailureRepository = ReturnType<typeof createPasswordFailureRepository>

/** Counters of wrong passwords, shared by all processes. */
export function createPasswordFailureRepository({ sql: client }: DatabaseClient) {
  const findWait = prepared(client, (named: Named<{ subjects: string; limits: string; windows: string }>) => {
    const asked = sql`unnest(${named.subjects}::varchar[], ${named.limits}::int[], ${named.windows}::int[])
      as asked (subject, most, seconds)`
    const end = sql`${since} + make_interval(secs => asked.seconds)`
    return query
      .select({
        seconds: sql<number | null>`ceil(extract(epoch from max(${end}) - now()))::int`.as('seconds')
      })
      .from(passwordFailures)
      .innerJoin(asked, sql`asked.${bare(subject)} = ${subject}`)
      .where(and(sql`${failures} >= asked.most`, gt(end, now)))
  })
  const refuse = prepared(client, (refusal: Named<PasswordRefusal>) =>
    auditInMain({
      action: sql`'auth.password_refused'`,
      userId: refusal.userId,
      targetType: sql`case when ${refusal.userId}::uuid is null then 'unknown_account' else 'user' end`,
      targetId: sql`coalesce(${refusal.userId}::text, ${refusal.accountSubject}::text)`,
      details: jsonObject({
        failures: sql`${refusal.failures}::int`,
        blocked: sql`${refusal.blocked}::bool`
      }),
      ip: refusal.ip
    })
  )
  const takeBack = prepared(client, (named: Named<{ own: string; others: string }>) => {
    const settled = settle(sql`(select) as success`, named)
    const [attempt] = settled
    return query
      .with(...settled)
      .select({ subject: attempt.subject })
      .from(attempt)
  })

  async function wait(counters: Counter[]): Promise<number> {
    const [row] = await findWait({
      subjects: arrayOf(counters.map((counter) => counter.subject)),
      limits: arrayOf(counters.map(({ limit }) => limit)),
      windows: arrayOf(counters.map(({ window }) => window))
    })
    return row?.seconds ?? 0
  }

  return {
    /**
     * Counts a failure in all of the counters, or in none if one of them is full. Exact even under concurrency: a
     * counter never exceeds its limit.
     */
    async count(counters: Counter[]): Promise<Counting> {
      // Checked first, so that refused attempts write nothing.
      const seconds = await wait(counters)
      if (seconds > 0) return { outcome: 'full', seconds }
      const inOrder = counters.toSorted((one, other) => (one.subject < other.subject ? -1 : 1))
      const counted = await revertible<Map<string, number> | null>(client, async (transaction, revert) => {
        // Pipelined: sent at once, and executed in this order.
        const rows = await Promise.all(inOrder.map((counter) => add(transaction, counter)))
        const counts = rows.flatMap(([row]) => row ?? [])
        if (counts.length < rows.length) return revert(null)
        return new Map(counts.map((row) => [row.subject, row.failures]))
      })
      // Other attempts have filled a counter since the check.
      if (counted === null) return { outcome: 'full', seconds: Math.max(1, await wait(counters)) }
      return {
        outcome: 'counted',
        failures: counters.map((counter) => Number(counted.get(counter.subject))),
        full: counters.some((counter) => Number(counted.get(counter.subject)) >= counter.limit)
      }
    },
    /** Takes back an attempt that succeeded, where a success writes nothing else. */
    async takeBack(attempt: CountedAttempt): Promise<void> {
      await takeBack(settling(attempt))
    },
    /** Writes the event of a wrong password. */
    async refuse(refusal: PasswordRefusal): Promise<void> {
      await refuse(refusal)
    },
    /** Deletes up to 1,000 counters whose window is over; true if there may be more. */
    prune: createPrune(client, passwordFailures, lte(since, secondsAgo(LONGEST_WINDOW)))
  }
}
