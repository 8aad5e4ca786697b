import { and, asc, count, desc, eq, gt, gte, isNull, lt, lte, or, sql, type SQL } from 'drizzle-orm'
import type { Actor } from '../actor.js'
import { auditEvent } from '../audit-event.js'
import { insertEvent } from '../event.js'
import { pageWithTotal, readPage, type PageWithTotal } from '../page-with-total.js'
import {
  insertSelect,
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
import { ASSEMBLY_GRACE } from './pending-objects-repository.js'
import { selectList } from './rows.js'
import type { TenantTables } from './schema.js'

/** Maximum number of exports that a tenant may request within {@link KEPT} seconds; they are made one at a time. */
export const EXPORTS_KEPT = 3
/** Seconds that an archive is kept. */
export const KEPT = 86_400
/** Seconds that the record of an export is kept. */
const REMEMBERED = 7 * 86_400
/** Maximum attempts to make an export. */
const ATTEMPTS = 5
/** Seconds for which each renewal of the lease reserves the key of the archive being written. */
const RESERVED = 3_600

/** An export as admins see it. */
export interface TenantExport {
  id: string
  user_id: string
  /** `making`: a worker is writing it. `expired`: its archive is no longer kept. */
  state: 'waiting' | 'making' | 'ready' | 'failed' | 'expired'
  /** Bytes of the archive. */
  file_size: number | null
  sha256: string | null
  documents: number | null
  files: number | null
  /** Files whose object was missing or damaged. */
  lost: number | null
  created_at: string
  finished_at: string | null
  expires_at: string | null
}

/** The contents of an archive. */
export interface ExportResult {
  fileSize: number
  sha256: string
  documents: number
  files: number
  lost: number
}

interface ById {
  id: string
}
type OfLease = ById & { owner: string }

export type ExportRepository = ReturnType<ReturnType<typeof defineExportRepository>>

/** Exports that admins have requested, and the worker's progress. */
export function defineExportRepository(tables: TenantTables) {
  const { exports, pendingObjects, outbox, usage } = tables
  const { id, user_id, state, attempts, s3_path, file_size, sha256, documents, files, lost } = exports
  const { created_at, finished_at, expires_at, lease_owner, lease_until } = exports
  const isFree = or(isNull(lease_until), lte(lease_until, now))
  const isUnfinished = eq(state, 'waiting')
  const shown = {
    ...{ id, user_id, file_size, sha256, documents, files, lost, created_at, finished_at, expires_at },
    state: sql<TenantExport['state']>`case
      when ${state} = 'waiting' and ${lease_until} > now() then 'making'
      when ${state} = 'ready' and ${expires_at} <= now() then 'expired'
      else ${state} end`.as('state')
  }

  // Serializes requests for exports; statements after the lock see everything that was committed before.
  const lock = rendered(() => query.select({ id: usage.id }).from(usage).for('update'))
  const countKept = rendered(() =>
    query
      .select({
        kept: count().as('kept'),
        unfinished: sql<number>`count(*) filter (where ${isUnfinished})`.as('unfinished')
      })
      .from(exports)
      .where(gt(created_at, secondsAgo(KEPT)))
  )
  const made = under('made', exports)
  const insert = rendered((named: Named<ById & Actor & { tenantId: string }>) => {
    const { tenantId, userId, ip, onBehalfOf } = named
    const inserted = query.insert(exports).values({ id: named.id, user_id: userId }).returning()
    const work = { tenantId, userId, data: { export_id: made.id } }
    const entry = {
      ...{ action: 'export.created', targetType: 'export', targetId: made.id },
      ...{ tenantId, userId, ip, onBehalfOf }
    }
    return sql<TenantExport>`with ${made} as ${inserted},
      work as (${insertEvent(outbox, 'export.make', work, made)}),
      audit as (${auditEvent(outbox, entry, made)})
      select ${made.id}, ${made.user_id}, ${made.state}, ${made.file_size}, ${made.sha256}, ${made.documents},
        ${made.files}, ${made.lost}, ${made.created_at}, ${made.finished_at}, ${made.expires_at} from ${made}`
  })
  const find = rendered((named: Named<ById>) => query.select(shown).from(exports).where(eq(id, named.id)))
  const list = rendered(({ limit, offset }: Named<{ limit: number; offset: number }>) =>
    pageWithTotal(
      sql`(${query.select({ count: count().as('count') }).from(exports)})`,
      sql<TenantExport>`(select ${selectList(shown)} from ${exports}
        order by ${desc(created_at)}, ${desc(id)} limit ${limit} offset ${offset})`,
      sql`page.created_at desc, page.id desc`
    )
  )

  const listDue = rendered(() =>
    query.select({ id, user_id }).from(exports).where(and(isUnfinished, isFree)).orderBy(asc(created_at))
  )
  const leased = under('leased', exports)
  const inGrace = { state: sql`'delete'`, deadline: secondsFromNow(ASSEMBLY_GRACE) }
  const lease = rendered((named: Named<OfLease & { key: string; seconds: number }>) => {
    const before = under('before', exports)
    const isDue = and(eq(id, named.id), isUnfinished, isFree, lt(attempts, ATTEMPTS))
    const locked = sql`select * from ${exports} where ${isDue} for update`
    const taken = query
      .update(exports)
      .set({
        attempts: sql`${attempts} + 1`,
        s3_path: sql`${named.key}`,
        lease_owner: sql`${named.owner}::uuid`,
        lease_until: secondsFromNow(named.seconds)
      })
      .from(sql`${before}`)
      .where(eq(id, before.id))
      .returning({ id, attempts })
    const abandoned = query
      .update(pendingObjects)
      .set(inGrace)
      .where(sql`${pendingObjects.s3_path} in (select ${before.s3_path} from ${before})`)
    const reserved = {
      ...{ s3_path: sql`${named.key}`, state: sql`'upload'`, deadline: secondsFromNow(RESERVED) }
    }
    return sql<{ attempts: number }>`with ${before} as (${locked}), ${leased} as ${taken},
      abandoned as ${abandoned},
      reserved as (${insertSelect(pendingObjects, reserved, leased)})
      select ${leased.attempts} from ${leased}`
  })
  const isLeased = (named: Named<OfLease>): SQL | undefined =>
    and(eq(id, named.id), isUnfinished, eq(lease_owner, sql`${named.owner}::uuid`))
  const renewed = under('renewed', exports)
  const renew = rendered((named: Named<OfLease & { seconds: number }>) => {
    const kept = query
      .update(exports)
      .set({ lease_until: secondsFromNow(named.seconds) })
      .where(isLeased(named))
      .returning({ id, s3_path })
    return sql<ById>`with ${renewed} as ${kept}
      update ${pendingObjects} set deadline = ${secondsFromNow(RESERVED)} from ${renewed}
      where ${pendingObjects.s3_path} = ${renewed.s3_path} and ${eq(pendingObjects.state, 'upload')}
      returning ${renewed.id}`
  })
  const endLease = rendered((named: Named<OfLease & { counts: boolean }>) => {
    const wasLast = sql`${named.counts}::bool and ${attempts} >= ${ATTEMPTS}`
    const ended = query
      .update(exports)
      .set({
        lease_until: justNow,
        attempts: sql`case when ${named.counts}::bool then ${attempts} else ${attempts} - 1 end`,
        state: sql`case when ${wasLast} then 'failed' else ${state} end`,
        finished_at: sql`case when ${wasLast} then now() end`
      })
      .where(isLeased(named))
      .returning({ s3_path })
    return sql`with ended as ${ended}
      update ${pendingObjects} set state = 'delete', deadline = ${secondsFromNow(ASSEMBLY_GRACE)} from ended
      where ${pendingObjects.s3_path} = ended.s3_path`
  })
  type Finished = OfLease & ExportResult & { tenantId: string; kept: number }
  const finished = under('finished', exports)
  const finish = rendered((named: Named<Finished>) => {
    const held = sql`select ${id} from ${exports} join ${pendingObjects}
      on ${pendingObjects.s3_path} = ${exports.s3_path} and ${eq(pendingObjects.state, 'upload')}
      where ${isLeased(named)} for update`
    const ready = query
      .update(exports)
      .set({
        ...{ state: 'ready', finished_at: now, expires_at: secondsFromNow(named.kept) },
        ...{ lease_owner: sql`null`, lease_until: sql`null` },
        file_size: sql`${named.fileSize}::bigint`,
        sha256: sql`${named.sha256}`,
        documents: sql`${named.documents}::bigint`,
        files: sql`${named.files}::bigint`,
        lost: sql`${named.lost}::bigint`
      })
      .where(sql`${id} in (${held})`)
      .returning()
    const { tenantId } = named
    const event = {
      ...{ tenantId, userId: finished.user_id },
      data: {
        export_id: finished.id,
        documents: finished.documents,
        files: finished.files,
        lost: finished.lost,
        file_size: finished.file_size,
        sha256: finished.sha256,
        expires_at: finished.expires_at
      }
    }
    const keep = query
      .update(pendingObjects)
      .set({ deadline: secondsFromNow(named.kept) })
      .from(sql`${finished}`)
      .where(eq(pendingObjects.s3_path, finished.s3_path))
    return sql<ById>`with ${finished} as ${ready}, keep as ${keep},
      event as (${insertEvent(outbox, 'tenant.exported', event, finished)})
      select ${finished.id} from ${finished}`
  })
  const handOut = rendered((named: Named<ById & Actor & { tenantId: string }>) => {
    const { tenantId, userId, ip, onBehalfOf } = named
    const found = under('found', exports)
    const entry = {
      ...{ action: 'export.downloaded', targetType: 'export', targetId: found.id },
      ...{ tenantId, userId, ip, onBehalfOf },
      details: jsonObject({ sha256: found.sha256 })
    }
    const ready = and(eq(id, named.id), eq(state, 'ready'), gt(expires_at, now))
    return sql<{
      s3_path: string
      created_at: string
    }>`with ${found} as (select * from ${exports} where ${ready}),
      audit as (${auditEvent(outbox, entry, found)})
      select ${found.s3_path}, ${found.created_at} from ${found}`
  })
  // Fails exports whose last attempt ended with a killed worker, which could not end its lease.
  const giveUp = rendered(() =>
    query
      .update(exports)
      .set({ state: 'failed', finished_at: now })
      .where(and(isUnfinished, isFree, gte(attempts, ATTEMPTS)))
  )
  const prune = rendered(() =>
    query.delete(exports).where(and(sql`${state} <> 'waiting'`, lt(created_at, secondsAgo(REMEMBERED))))
  )

  return (client: TenantClient) => ({
    /** Records an admin's request, with the event that makes the worker start. */
    insert: (exportId: string, tenantId: string, actor: Actor): Promise<TenantExport | 'too many'> =>
      client.transaction(async (transaction) => {
        await lock(transaction)
        const [kept] = await countKept(transaction)
        if (kept === undefined || kept.unfinished > 0 || kept.kept >= EXPORTS_KEPT) return 'too many'
        const [row] = await insert(transaction, { id: exportId, tenantId, ...actor })
        if (row === undefined) throw new Error('The export was not inserted')
        return row
      }),
    async find(id: string): Promise<TenantExport | null> {
      const [row] = await find(client, { id })
      return row ?? null
    },
    /** Newest first. */
    async list(page: { limit: number; offset: number }): Promise<PageWithTotal<TenantExport>> {
      return readPage(await list(client, page), 'id')
    },
    /** Waiting exports that no worker has leased, oldest first. */
    listDue: () => listDue(client),
    /**
     * Leases an export for `seconds` and reserves the key of its archive; the archive of the previous attempt is
     * removed.
     * @returns the number of the attempt; null if there is nothing to do, or another worker holds the lease
     */
    async lease(id: string, owner: string, key: string, seconds: number): Promise<number | null> {
      const [row] = await lease(client, { id, owner, key, seconds })
      return row?.attempts ?? null
    },
    /** Extends the lease to `seconds` from now, and the reservation of the key. */
    async renew(id: string, owner: string, seconds: number): Promise<{ outcome: 'renewed' | 'lost' }> {
      return { outcome: (await renew(client, { id, owner, seconds })).length > 0 ? 'renewed' : 'lost' }
    },
    /**
     * Releases an export after an unsuccessful attempt: another attempt follows, or it has failed if this was the last
     * one. The archive is removed.
     * @param counts whether this attempt counts: false if the process is only shutting down
     */
    async endLease(id: string, owner: string, { counts }: { counts: boolean }): Promise<void> {
      await endLease(client, { id, owner, counts })
    },
    /**
     * Announces a complete archive and keeps it for {@link KEPT} seconds. `lost`: another worker has taken over the
     * export.
     */
    async finish(
      id: string,
      owner: string,
      tenantId: string,
      result: ExportResult
    ): Promise<{ outcome: 'finished' | 'lost' }> {
      const { length } = await finish(client, { id, owner, tenantId, kept: KEPT, ...result })
      return { outcome: length > 0 ? 'finished' : 'lost' }
    },
    /** Returns the key of an archive and writes an audit entry about the download; null if the archive is not kept. */
    async handOut(
      id: string,
      tenantId: string,
      actor: Actor
    ): Promise<{ s3_path: string; created_at: string } | null> {
      const [row] = await handOut(client, { id, tenantId, ...actor })
      return row ?? null
    },
    /** Deletes the records of exports older than a week, and fails those that have no attempts left. */
    async prune(): Promise<void> {
      await giveUp(client)
      await prune(client)
    }
  })
}
