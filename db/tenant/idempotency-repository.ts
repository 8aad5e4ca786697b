import type postgres from 'postgres'
import { statement } from '../client.js'
import { fromJson } from '../json-rows.js'
import { toUploadAnswer, type UploadAnswerRow } from './rows.js'
import type { TenantTableNames } from './table-names.js'

/** Which request a row is about. */
export interface IdempotencyKey {
  userId: string
  operation: string
  key: string
}

/** A key that one request holds, and what the statement that commits its change writes beside it. */
export interface HeldKey extends IdempotencyKey {
  owner: string
  /** SHA-256 of what was asked for, hexadecimal. */
  fingerprint: string
}

/** What a key says to a request that comes with it. */
export type Claim =
  | { state: 'claimed' }
  /** Another request has it; it gives up within so many seconds unless it renews. */
  | { state: 'busy'; seconds: number }
  /** `answer` is what stands in the row, which somebody else may have written. */
  | { state: 'answered'; fingerprint: string; answer: unknown }

interface ClaimRow {
  claimed: boolean
  seconds: number
  fingerprint: string | null
  result: Record<string, unknown> | null
}

/** An answer has some kilobytes at most; what is longer nobody but a stranger wrote, and it is not read. */
const MAX_ANSWER_BYTES = 65_536

export type IdempotencyRepository = ReturnType<typeof createIdempotencyRepository>

/** Claims on the Idempotency-Keys of uploads; `UploadRepository` answers them, with the documents. */
export function createIdempotencyRepository(sql: postgres.Sql, { idempotencyKeys }: TenantTableNames) {
  const which = 'user_id = $1 and operation = $2 and key = $3'
  const claim = statement<ClaimRow>(
    sql,
    `with claimed as (
       insert into ${idempotencyKeys} as held (user_id, operation, key, owner, claimed_until, expires_at)
       values ($1, $2, $3, $4, now() + make_interval(secs => $5), now() + make_interval(secs => $5))
       on conflict (user_id, operation, key) do update set owner = excluded.owner, created_at = now(),
         claimed_until = excluded.claimed_until, expires_at = excluded.expires_at, fingerprint = null, result = null
         where held.expires_at <= now()
       returning true
     )
     select true as claimed, 0 as seconds, null as fingerprint, null::jsonb as result from claimed
     union all
     select false, case when claimed_until between now() and now() + interval '1 day'
         then ceil(extract(epoch from claimed_until - now()))::int else 1 end, fingerprint,
       case when result is null or octet_length(result::text) <= ${MAX_ANSWER_BYTES} then result else '{}' end
     from ${idempotencyKeys} where ${which} and not exists (select from claimed)`
  )
  const renew = statement(
    sql,
    `update ${idempotencyKeys} set claimed_until = now() + make_interval(secs => $5),
       expires_at = now() + make_interval(secs => $5)
     where ${which} and owner = $4 and result is null`
  )
  const release = statement(
    sql,
    `delete from ${idempotencyKeys} where ${which} and owner = $4 and result is null`
  )
  const prune = statement(sql, `delete from ${idempotencyKeys} where expires_at <= now()`)

  return {
    /** Takes the key for `seconds`, unless somebody has it or has been answered with it. */
    async claim({ userId, operation, key }: IdempotencyKey, owner: string, seconds: number): Promise<Claim> {
      for (;;) {
        const [row] = await claim(userId, operation, key, owner, seconds)
        // Nothing: a row that was committed while this statement ran, which another one sees.
        if (row === undefined) continue
        if (row.claimed) return { state: 'claimed' }
        if (row.result === null) return { state: 'busy', seconds: Math.max(1, row.seconds) }
        return { state: 'answered', fingerprint: row.fingerprint ?? '', answer: toAnswer(row.result) }
      }
    },
    /** Holds on to a claimed key for `seconds` from now. */
    async renew({ userId, operation, key }: IdempotencyKey, owner: string, seconds: number): Promise<void> {
      await renew(userId, operation, key, owner, seconds)
    },
    /** Gives a claim back, so that the same request may come again. An answered key stays. */
    async release({ userId, operation, key }: IdempotencyKey, owner: string): Promise<void> {
      await release(userId, operation, key, owner)
    },
    /** Forgets claims that nobody holds any more and answers older than a day. */
    async prune(): Promise<void> {
      await prune()
    }
  }
}

/** What `UploadRepository` stored: the row that it answered with, as JSON. */
const toAnswer = (result: Record<string, unknown>) => toUploadAnswer(fromJson<UploadAnswerRow>(result))
