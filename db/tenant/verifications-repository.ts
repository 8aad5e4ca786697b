import { and, asc, eq, isNotNull, isNull, lt, lte, ne, or, sql } from 'drizzle-orm'
import { auditEvent } from '../audit-event.js'
import {
  jsonObject,
  now,
  query,
  rendered,
  secondsAgo,
  secondsFromNow,
  under,
  type Named
} from '../statement.js'
import type { TenantClient } from './client.js'
import { fileColumns, type File, type Verification } from './rows.js'
import type { TenantTables } from './schema.js'

/** What reading an object has shown. */
export interface FoundContent {
  verification: Verification
  detectedType: string | null
}

/** `lost`: the file no longer exists, or another process has its lease. */
export type VerificationRecord = { outcome: 'recorded' | 'lost' }

export type VerificationRepository = ReturnType<ReturnType<typeof defineVerificationRepository>>

interface ById {
  id: string
}
type OfLease = ById & { owner: string }

/** Whether the objects of files are what was uploaded. A file is leased while it is read, so that one process does it. */
export function defineVerificationRepository({ files, outbox }: TenantTables) {
  const { id, created_at, verified_at, verification, s3_path, lease_owner, lease_until } = files
  const isFree = or(isNull(lease_until), lte(lease_until, now))
  const isLeased = (named: Named<OfLease>) =>
    and(eq(id, named.id), eq(lease_owner, sql`${named.owner}::uuid`))

  const lease = rendered((named: Named<OfLease & { seconds: number }>) =>
    query
      .update(files)
      .set({ lease_owner: sql`${named.owner}::uuid`, lease_until: secondsFromNow(named.seconds) })
      .where(and(eq(id, named.id), isNull(verified_at), isFree))
      .returning(fileColumns(files))
  )
  const renew = rendered((named: Named<OfLease & { seconds: number }>) =>
    query
      .update(files)
      .set({ lease_until: secondsFromNow(named.seconds) })
      .where(isLeased(named))
      .returning({ id })
  )
  const endLease = rendered((named: Named<OfLease>) =>
    query.update(files).set({ lease_until: now }).where(isLeased(named))
  )
  const listUnverified = rendered(({ seconds, limit }: Named<{ seconds: number; limit: number }>) =>
    query
      .select({ id })
      .from(files)
      .where(
        and(isNull(verified_at), isFree, or(isNotNull(lease_owner), lt(created_at, secondsAgo(seconds))))
      )
      .orderBy(asc(created_at))
      .limit(limit)
  )
  const file = under('file', files)
  type Found = ById & FoundContent & { owner: string | null; tenantId: string }
  const record = rendered((found: Named<Found>) => {
    const recorded = query
      .update(files)
      .set({
        ...{ verified_at: now, updated_at: now, lease_owner: null, lease_until: null },
        ...{ verification: sql`${found.verification}`, detected_type: sql`${found.detectedType}` }
      })
      .where(
        and(eq(id, found.id), sql`(${found.owner}::uuid is null or ${lease_owner} = ${found.owner}::uuid)`)
      )
      .returning({ id, verification, s3_path })
    const damaged = {
      ...{ action: 'file.damaged', tenantId: found.tenantId, targetType: 'file', targetId: file.id },
      details: jsonObject({ verification: file.verification, s3_path: file.s3_path })
    }
    const isDamaged = sql`${file} where ${ne(file.verification, 'intact')}`
    return sql<ById>`with ${file} as ${recorded}, audit as (${auditEvent(outbox, damaged, isDamaged)})
      select ${file.id} from ${file}`
  })

  return (client: TenantClient) => ({
    /** Takes an unverified file for `seconds`, unless another process reads it. */
    async lease(id: string, owner: string, seconds: number): Promise<File | null> {
      const [row] = await lease(client, { id, owner, seconds })
      return row ?? null
    },
    /** Keeps it for `seconds` from now. */
    async renew(id: string, owner: string, seconds: number): Promise<{ outcome: 'renewed' | 'lost' }> {
      const { length } = await renew(client, { id, owner, seconds })
      return { outcome: length > 0 ? 'renewed' : 'lost' }
    },
    /** Gives it back: another may read it. */
    async endLease(id: string, owner: string): Promise<void> {
      await endLease(client, { id, owner })
    },
    /**
     * Unverified files that nobody reads, oldest first: those whose lease has ended, and those older than `seconds`,
     * which no event announced.
     */
    async listUnverified(seconds: number, limit: number): Promise<string[]> {
      return (await listUnverified(client, { seconds, limit })).map((row) => row.id)
    },
    /**
     * Records the result of verifying a file, which ends its lease, and announces damage.
     * @param owner of the lease; null: any
     */
    async record(
      id: string,
      found: FoundContent,
      { owner, tenantId }: { owner: string | null; tenantId: string }
    ): Promise<VerificationRecord> {
      const { length } = await record(client, { id, owner, tenantId, ...found })
      return { outcome: length > 0 ? 'recorded' : 'lost' }
    }
  })
}
