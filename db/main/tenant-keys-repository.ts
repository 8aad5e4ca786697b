import { and, eq, isNull, lte, sql } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { fromJson } from '../json-rows.js'
import { justNow, now, prepared, query, secondsFromNow, type Named } from '../statement.js'
import { createPrune } from './prune.js'
import { idempotencyKeys } from './schema.js'
import type { Tenant } from './tenant-row.js'

/** The operation to which the keys of tenant creations belong. */
export const CREATE_TENANT = 'createTenant'

/** A key that was sent before. */
export interface TenantKey {
  fingerprint: string
  /** The answer; null if there is none yet. */
  result: Tenant | null
  /** Seconds until another request may take over, at least 1. */
  seconds: number
}

type Key = { userId: string; key: string }
type Claim = Key & { owner: string }

const { user_id, operation, key, owner, claimed_until, result, expires_at, tenant_id } = idempotencyKeys

export type TenantKeyRepository = ReturnType<typeof createTenantKeyRepository>

/** Idempotency-Keys of tenant creations. `TenantRepository` writes them, together with the tenants and answers. */
export function createTenantKeyRepository({ sql: client }: DatabaseClient) {
  const isKey = (named: Named<Key>) =>
    and(eq(user_id, named.userId), eq(operation, CREATE_TENANT), eq(key, named.key))
  const find = prepared(client, (named: Named<Key>) =>
    query
      .select({
        fingerprint: sql<string>`${idempotencyKeys.fingerprint}`.as('fingerprint'),
        result: sql<Record<string, unknown> | null>`${result} - 'created_by' - 'deleted_at'`.as('result'),
        seconds: sql<number>`greatest(1, ceil(extract(epoch from ${claimed_until} - now())))::int`.as(
          'seconds'
        )
      })
      .from(idempotencyKeys)
      .where(isKey(named))
  )
  const takeOver = prepared(client, (named: Named<Claim & { seconds: number }>) =>
    query
      .update(idempotencyKeys)
      .set({ owner: sql`${named.owner}`, claimed_until: secondsFromNow(named.seconds) })
      .where(and(isKey(named), lte(claimed_until, now), isNull(result)))
      .returning({ tenant_id })
  )
  const release = prepared(client, (named: Named<Claim>) =>
    query
      .update(idempotencyKeys)
      .set({ claimed_until: justNow })
      .where(and(isKey(named), eq(owner, named.owner), isNull(result)))
  )

  return {
    async find(userId: string, key: string): Promise<TenantKey | null> {
      const [row] = await find({ userId, key })
      // Answers of version 0.1.0 have no revision.
      return row ? { ...row, result: row.result && fromJson<Tenant>({ revision: 1, ...row.result }) } : null
    },
    /**
     * Takes over a claim that has expired or was released; `held` if another request holds it, or if there is an
     * answer.
     */
    async takeOver(
      userId: string,
      key: string,
      owner: string,
      seconds: number
    ): Promise<{ outcome: 'taken over'; tenantId: string } | { outcome: 'held' }> {
      const [row] = await takeOver({ userId, key, owner, seconds })
      return row ? { outcome: 'taken over', tenantId: row.tenant_id } : { outcome: 'held' }
    },
    /** Lets the next request take over immediately. */
    async release(userId: string, key: string, owner: string): Promise<void> {
      await release({ userId, key, owner })
    },
    /** Deletes up to 1,000 keys older than a day; true if there may be more. */
    prune: createPrune(client, idempotencyKeys, lte(expires_at, now))
  }
}
