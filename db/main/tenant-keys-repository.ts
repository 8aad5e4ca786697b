import { statement, type DatabaseClient } from '../client.js'
import { fromJson } from '../json-rows.js'
import type { Tenant } from './tenant-row.js'

/** The operation that keys of tenant creations belong to. */
export const CREATE_TENANT = 'createTenant'

/** What is known of a key that was sent before. */
export interface TenantKey {
  fingerprint: string
  /** The answer; null while there is none. */
  result: Tenant | null
  /** Until another request may take over, at least 1. */
  seconds: number
}

export type TenantKeyRepository = ReturnType<typeof createTenantKeyRepository>

/** Idempotency-Keys of tenant creations. `TenantRepository` writes them, with the tenants and their answers. */
export function createTenantKeyRepository({ sql }: DatabaseClient) {
  const which = `user_id = $1 and operation = '${CREATE_TENANT}' and key = $2`
  const find = statement<{ fingerprint: string; result: Record<string, unknown> | null; seconds: number }>(
    sql,
    `select fingerprint, result - 'created_by' - 'deleted_at' as result,
       greatest(1, ceil(extract(epoch from claimed_until - now())))::int as seconds
     from idempotency_keys where ${which}`
  )
  const takeOver = statement<{ tenant_id: string }>(
    sql,
    `update idempotency_keys set owner = $3, claimed_until = now() + make_interval(secs => $4)
     where ${which} and claimed_until <= now() and result is null returning tenant_id`
  )
  const release = statement(
    sql,
    `update idempotency_keys set claimed_until = now() where ${which} and owner = $3 and result is null`
  )
  const prune = statement(sql, `delete from idempotency_keys where expires_at <= now()`)

  return {
    async find(userId: string, key: string): Promise<TenantKey | null> {
      const [row] = await find(userId, key)
      return row ? { ...row, result: row.result && fromJson<Tenant>(row.result) } : null
    },
    /** Takes a claim that nobody holds any more; null while somebody does, or when there is an answer. */
    async takeOver(userId: string, key: string, owner: string, seconds: number): Promise<string | null> {
      const [row] = await takeOver(userId, key, owner, seconds)
      return row?.tenant_id ?? null
    },
    /** Lets the next request take over at once. */
    async release(userId: string, key: string, owner: string): Promise<void> {
      await release(userId, key, owner)
    },
    /** Forgets what is older than a day. */
    async prune(): Promise<void> {
      await prune()
    }
  }
}
