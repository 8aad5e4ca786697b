import { and, eq, isNull, lte, sql } from 'drizzle-orm'
import { NO_OWN_DATA } from '../../core/own-data.js'
import { fromJson } from '../json-rows.js'
import { excluded, now, query, rendered, secondsFromNow, type Client, type Named } from '../statement.js'
import { toUploadAnswer, type UploadAnswerRow } from './rows.js'
import type { TenantTables } from './schema.js'

/** The request that a row belongs to. */
export interface IdempotencyKey {
  userId: string
  operation: string
  key: string
}

/** A key held by a request, with the fields that the statement committing the change needs. */
export interface HeldKey extends IdempotencyKey {
  owner: string
  /** SHA-256 of the request in hexadecimal. */
  fingerprint: string
}

/** The outcome of a request's claim on its key. */
export type Claim =
  | { outcome: 'claimed' }
  /** Another request holds it for `seconds` more, unless it renews. */
  | { outcome: 'busy'; seconds: number }
  /** `answer` is the content of the row, which someone with access to the tenant's database may have written. */
  | { outcome: 'answered'; fingerprint: string; answer: unknown }

interface ClaimRow {
  claimed: boolean
  seconds: number
  fingerprint: string | null
  result: Record<string, unknown> | null
}

type Owned = IdempotencyKey & { owner: string }
type OwnedFor = Owned & { seconds: number }

/** Answers have a few kilobytes at most. Anything longer was not written by us and is not read. */
const MAX_ANSWER_BYTES = 65_536
/** Rows deleted by one statement. */
const PRUNED_AT_ONCE = 5_000

export type IdempotencyRepository = ReturnType<ReturnType<typeof defineIdempotencyRepository>>

/** The condition that a request holds a key which is not answered yet. */
export const isHeld = ({ idempotencyKeys: row }: TenantTables, named: Named<Owned>) =>
  and(isOf(row, named), eq(row.owner, named.owner), isNull(row.result))

const isOf = (row: TenantTables['idempotencyKeys'], { userId, operation, key }: Named<IdempotencyKey>) =>
  and(eq(row.user_id, userId), eq(row.operation, operation), eq(row.key, key))

/** Claims on the Idempotency-Keys of uploads; `UploadRepository` stores the answers, together with the documents. */
export function defineIdempotencyRepository(tables: TenantTables) {
  const { idempotencyKeys } = tables
  const { user_id, operation, key, owner, claimed_until, fingerprint, result, expires_at } = idempotencyKeys

  const claim = rendered((named: Named<OwnedFor>) => {
    const until = secondsFromNow(named.seconds)
    const claimed = query
      .insert(idempotencyKeys)
      .values({
        ...{ user_id: named.userId, operation: named.operation, key: named.key, owner: named.owner },
        ...{ claimed_until: until, expires_at: until }
      })
      .onConflictDoUpdate({
        target: [user_id, operation, key],
        set: {
          ...{ created_at: now, fingerprint: null, result: null },
          ...{ owner: excluded(owner), claimed_until: excluded(claimed_until) },
          expires_at: excluded(expires_at)
        },
        setWhere: lte(expires_at, now)
      })
      .returning({ user_id })
    return sql<ClaimRow>`with claimed as ${claimed}
      select true as claimed, 0 as seconds, null as fingerprint, null::jsonb as result from claimed
      union all
      select false, case when ${claimed_until} between now() and now() + interval '1 day'
          then ceil(extract(epoch from ${claimed_until} - now()))::int else 1 end, ${fingerprint},
        case when ${result} is null or octet_length(${result}::text) <= ${MAX_ANSWER_BYTES} then ${result} else '{}' end
      from ${idempotencyKeys} where ${isOf(idempotencyKeys, named)} and not exists (select from claimed)`
  })
  const renew = rendered((named: Named<OwnedFor>) => {
    const until = secondsFromNow(named.seconds)
    return query
      .update(idempotencyKeys)
      .set({ claimed_until: until, expires_at: until })
      .where(isHeld(tables, named))
  })
  const release = rendered((named: Named<Owned>) =>
    query.delete(idempotencyKeys).where(isHeld(tables, named))
  )
  // The condition is repeated because another request may claim an expired key while this waits for its row.
  const prune = rendered(
    () => sql<{ count: number }>`with pruned as (
      delete from ${idempotencyKeys} where ${lte(expires_at, now)} and ctid = any(array(
        select ctid from ${idempotencyKeys} where ${lte(expires_at, now)} limit ${PRUNED_AT_ONCE}))
      returning 1) select count(*) from pruned`
  )

  return (client: Client) => ({
    /** Claims a key for `seconds`, unless it is held or answered. */
    async claim(id: IdempotencyKey, owner: string, seconds: number): Promise<Claim> {
      for (;;) {
        const [row] = await claim(client, { ...id, owner, seconds })
        // No row: another request committed the key while this statement ran, and the next statement sees it.
        if (row === undefined) continue
        if (row.claimed) return { outcome: 'claimed' }
        if (row.result === null) return { outcome: 'busy', seconds: Math.max(1, row.seconds) }
        return { outcome: 'answered', fingerprint: row.fingerprint ?? '', answer: toAnswer(row.result) }
      }
    },
    /** Extends a claim to `seconds` from now. */
    async renew(id: IdempotencyKey, owner: string, seconds: number): Promise<void> {
      await renew(client, { ...id, owner, seconds })
    },
    /** Releases a claim, so that the request can be repeated at once. An answered key stays. */
    async release(id: IdempotencyKey, owner: string): Promise<void> {
      await release(client, { ...id, owner })
    },
    /** Deletes expired claims, and answers older than a day. @returns whether there may be more */
    async prune(): Promise<boolean> {
      const [row] = await prune(client)
      return (row?.count ?? 0) === PRUNED_AT_ONCE
    }
  })
}

/**
 * Reads the answer that `UploadRepository` stored as JSON. Answers of version 0.1.0 have no revisions, and those of
 * version 0.2.0 no own data.
 */
const toAnswer = (result: Record<string, unknown>) =>
  toUploadAnswer(fromJson<UploadAnswerRow>({ revision: 1, file__revision: 1, ...NO_OWN_DATA, ...result }))
