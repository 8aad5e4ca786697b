import { and, asc, eq, isNotNull, isNull, lt, lte, ne, or, sql, type SQL } from 'drizzle-orm'
import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { asynchronousCommit, asynchronously } from '../asynchronous-commit.js'
import { auditEvent } from '../audit-event.js'
import { rowsOf } from '../json-rows.js'
import {
  bare,
  jsonObject,
  justNow,
  now,
  query,
  rendered,
  secondsAgo,
  secondsFromNow,
  under,
  type Named
} from '../statement.js'
import type { TenantClient } from './client.js'
import { UNVERIFIED_AGE } from './next-due.js'
import { fileColumns, type File, type Verification } from './rows.js'
import type { TenantTables } from './schema.js'

/** The result of reading an object. */
export interface FoundContent {
  verification: Verification
  detectedType: string | null
}

/** Maximum seconds until a file that could not be read is tried again. */
const LONGEST_PAUSE = 1_800

/** `lost`: the file no longer exists, or another process has its lease. */
export type VerificationRecord = { outcome: 'recorded' | 'lost' }

/** A file to verify, and the process that reads it. */
export interface FileLease {
  id: string
  owner: string
}

/** The result of verifying a file. */
export interface FoundFile extends FoundContent {
  id: string
  /** The owner of the lease; null for any. */
  owner: string | null
}

export type VerificationRepository = ReturnType<ReturnType<typeof defineVerificationRepository>>

type OfLease = FileLease
type Batch = { rows: string }

/** Several `FileLease`s or `FoundFile`s as one parameter. */
const given = pgTable('given_files', {
  id: uuid(),
  owner: uuid(),
  verification: text(),
  detected_type: text()
})

/**
 * Records whether the objects of files hold the uploaded bytes. A file is leased while it is read, so that only one
 * process reads it. Several files share a statement, which locks them in the order of their content, as uploads do.
 */
export function defineVerificationRepository({ files, outbox }: TenantTables) {
  const { id, created_at, verified_at, verification, s3_path, lease_owner, lease_until } = files
  const isFree = or(isNull(lease_until), lte(lease_until, now))
  const isLeased = (named: Named<OfLease>) =>
    and(eq(id, named.id), eq(lease_owner, sql`${named.owner}::uuid`))

  /** The given files that meet a condition, locked. */
  const locked = (rows: Named<Batch>['rows'], condition: SQL | undefined) => sql`
    select ${given.id}, ${given.owner}, ${given.verification}, ${given.detected_type}
    from ${rowsOf(given, rows)} join ${files} on ${id} = ${given.id} where ${condition}
    order by ${files.md5_hash}, ${files.sha256}, ${files.file_size} for no key update of ${bare({ name: 'files' })}`
  const taken = under('taken', given)

  const lease = rendered(({ rows, seconds }: Named<Batch & { seconds: number }>) => {
    const leased = query
      .update(files)
      .set({ lease_owner: taken.owner, lease_until: secondsFromNow(seconds) })
      .from(sql`${taken}`)
      .where(eq(id, taken.id))
      .returning({ ...fileColumns(files), lease_owner, ...asynchronousCommit })
    const free = locked(rows, and(isNull(verified_at), isFree))
    return sql<File & { lease_owner: string; commit: string }>`with ${taken} as (${free}) ${leased.getSQL()}`
  })
  const renew = rendered((named: Named<OfLease & { seconds: number }>) =>
    query
      .update(files)
      .set({ lease_until: secondsFromNow(named.seconds) })
      .where(isLeased(named))
      .returning({ id, ...asynchronousCommit })
  )
  const endLease = rendered((named: Named<OfLease>) =>
    query.update(files).set({ lease_until: justNow }).where(isLeased(named)).returning(asynchronousCommit)
  )
  const postpone = rendered((named: Named<OfLease>) =>
    query
      .update(files)
      .set({
        lease_until: sql`now() + least(now() - ${created_at}, make_interval(secs => ${sql.raw(String(LONGEST_PAUSE))}))`
      })
      .where(isLeased(named))
      .returning(asynchronousCommit)
  )
  const listUnverified = rendered(({ limit }: Named<{ limit: number }>) =>
    query
      .select({ id })
      .from(files)
      .where(
        and(
          isNull(verified_at),
          isFree,
          or(isNotNull(lease_owner), lt(created_at, secondsAgo(UNVERIFIED_AGE)))
        )
      )
      .orderBy(asc(created_at))
      .limit(limit)
  )
  const file = under('file', files)
  const record = rendered(({ rows, tenantId }: Named<Batch & { tenantId: string }>) => {
    const recorded = query
      .update(files)
      .set({
        ...{ verified_at: now, updated_at: now, lease_owner: null, lease_until: null },
        ...{ verification: sql`${taken.verification}`, detected_type: taken.detected_type }
      })
      .from(sql`${taken}`)
      .where(eq(id, taken.id))
      .returning({ id, verification, s3_path, owner: taken.owner })
    const damaged = {
      ...{ action: 'file.damaged', tenantId, targetType: 'file', targetId: file.id },
      details: jsonObject({ verification: file.verification, s3_path: file.s3_path })
    }
    const isDamaged = sql`${file} where ${ne(file.verification, 'intact')}`
    const mine = locked(rows, sql`(${given.owner} is null or ${lease_owner} = ${given.owner})`)
    return sql<{ id: string; owner: string | null }>`with ${taken} as (${mine}), ${file} as ${recorded},
      audit as (${auditEvent(outbox, damaged, isDamaged)}) select ${file.id}, owner, ${asynchronously} from ${file}`
  })

  return (client: TenantClient) => ({
    /**
     * Leases unverified files for `seconds`; null for files that another process has leased, or that need no
     * verification.
     */
    async lease(leases: readonly FileLease[], seconds: number): Promise<(File | null)[]> {
      const rows = await lease(client, { rows: JSON.stringify(leases), seconds })
      const byId = new Map(
        rows.map(({ lease_owner: owner, commit: _, ...row }) => [keyOf({ id: row.id, owner }), row])
      )
      return leases.map((one) => byId.get(keyOf(one)) ?? null)
    },
    /** Extends the lease to `seconds` from now. */
    async renew(id: string, owner: string, seconds: number): Promise<{ outcome: 'renewed' | 'lost' }> {
      const { length } = await renew(client, { id, owner, seconds })
      return { outcome: length > 0 ? 'renewed' : 'lost' }
    },
    /** Releases the lease, so that another process can read the file. */
    async endLease(id: string, owner: string): Promise<void> {
      await endLease(client, { id, owner })
    },
    /**
     * Releases the lease of a file that could not be read, and keeps it from being leased for a pause as long as the file
     * is old: so each pause is twice as long as the one before, up to half an hour.
     */
    async postpone(id: string, owner: string): Promise<void> {
      await postpone(client, { id, owner })
    },
    /**
     * Unverified files that no process has leased, oldest first: those whose lease has expired, and those older than
     * {@link UNVERIFIED_AGE}, for which no event arrived.
     */
    async listUnverified(limit: number): Promise<string[]> {
      return (await listUnverified(client, { limit })).map((row) => row.id)
    },
    /**
     * Records the results of verifying files, ends their leases, and writes audit entries for damaged or missing ones.
     */
    async record(found: readonly FoundFile[], tenantId: string): Promise<VerificationRecord[]> {
      const rows = found.map(({ detectedType: detected_type, ...one }) => ({ ...one, detected_type }))
      const recorded = await record(client, { rows: JSON.stringify(rows), tenantId })
      const keys = new Set(recorded.map(keyOf))
      return found.map((one) => ({ outcome: keys.has(keyOf(one)) ? 'recorded' : 'lost' }))
    }
  })
}

/** One batch can contain two attempts at the same file. */
const keyOf = ({ id, owner }: { id: string; owner: string | null }) => `${id} ${owner ?? ''}`
