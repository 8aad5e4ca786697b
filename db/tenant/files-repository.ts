import { and, asc, desc, eq, gt, lt, notExists, sql, type SQL } from 'drizzle-orm'
import { NIL_UUID } from '../../core/uuid.js'
import type { Actor } from '../actor.js'
import { auditEvent } from '../audit-event.js'
import { createList, type PageStart } from '../list-statement.js'
import { expectedParameter, isExpected, type ChangedBy } from '../revisions.js'
import {
  insertSelect,
  jsonObject,
  now,
  query,
  rendered,
  secondsAgo,
  under,
  type Named
} from '../statement.js'
import type { TenantClient } from './client.js'
import { documentColumns, fileColumns, type Document, type File } from './rows.js'
import type { TenantTables } from './schema.js'
import { usageCount } from './usage-repository.js'

/** `deleted` comes with the key of the object, which is now a pending object. */
export type FileDeletion =
  | { outcome: 'deleted'; key: string }
  | { outcome: 'in use' }
  | { outcome: 'missing' }
  /** Its revision is none of the expected ones. */
  | { outcome: 'revised' }

/** The fields of a file that concern its object in the storage. */
export type StoredFile = Pick<File, 'id' | 's3_path' | 'file_size'>

export type FileRepository = ReturnType<ReturnType<typeof defineFileRepository>>

interface ById {
  id: string
}
interface SearchedFiles {
  after: string
  seconds: number
  limit: number
}

/** Files that one search for orphans looks at. */
const SEARCHED_AT_ONCE = 5_000

/** Content, stored once however many documents refer to it. */
export function defineFileRepository(tables: TenantTables) {
  const { files, documents, pendingObjects, outbox } = tables
  const { id, s3_path, file_size, created_at } = files
  const file = under('file', files)
  const hasNoDocument = (file: TenantTables['files']) =>
    notExists(query.select({ id: documents.id }).from(documents).where(eq(documents.file_id, file.id)))
  const isOrphan = hasNoDocument(files)

  const findById = rendered((named: Named<ById>) =>
    query.select(fileColumns(files)).from(files).where(eq(id, named.id))
  )
  const listDocuments = rendered(({ fileId, limit }: Named<{ fileId: string; limit: number }>) =>
    query
      .select(documentColumns(documents))
      .from(documents)
      .where(eq(documents.file_id, fileId))
      .orderBy(desc(documents.created_at), desc(documents.id))
      .limit(limit)
  )
  const list = createList<{ orphaned: true | undefined }, File>(
    Object.values(fileColumns(files)),
    ({ orphaned }) => ({
      from: files,
      as: file,
      where: orphaned && hasNoDocument(file),
      count: usageCount(tables, 'files')
    })
  )
  const listKeysAfter = rendered(({ key, limit }: Named<{ key: string; limit: number }>) =>
    query
      .select({ s3_path, id, file_size })
      .from(files)
      .where(gt(s3_path, key))
      .orderBy(asc(s3_path))
      .limit(limit)
  )
  const findByKey = rendered(({ key }: Named<{ key: string }>) =>
    query.select({ s3_path, id, file_size }).from(files).where(eq(s3_path, key))
  )
  const searched = under('searched', files)
  // LIMIT keeps PostgreSQL from reading all documents to answer for these few files: each is one look into an index.
  const itsDocument = query
    .select({ id: documents.id })
    .from(documents)
    .where(eq(documents.file_id, searched.id))
    .limit(1)
  const searchOrphans = rendered(
    ({ after, seconds, limit }: Named<SearchedFiles>) => sql<{ orphans: string[]; next: string | null }>`
      with ${searched} as (
        select ${id}, ${created_at} from ${files} where ${gt(id, after)}
        order by ${id} limit ${sql.raw(String(SEARCHED_AT_ONCE))}
      ), orphans as (
        select ${searched.id} from ${searched}
        where ${lt(searched.created_at, secondsAgo(seconds))} and (${itsDocument}) is null
        order by ${searched.id} limit ${limit}
      ) select array(select id::text from orphans order by id) as orphans, case
          when (select count(*) from orphans) = ${limit} then (select id from orphans order by id desc limit 1)
          else (select ${searched.id} from ${searched} order by ${searched.id}
            offset ${sql.raw(String(SEARCHED_AT_ONCE - 1))})
        end as next`
  )

  const lock = rendered((named: Named<ById>) =>
    query.select({ id }).from(files).where(eq(id, named.id)).for('update')
  )
  const gone = under('gone', files)
  const removal = (named: Named<ById>, { isMeant, audit }: { isMeant?: SQL; audit?: SQL } = {}) => {
    const removed = query
      .delete(files)
      .where(and(eq(id, named.id), isOrphan, isMeant))
      .returning({ id, s3_path, file_size })
    const due = { s3_path: gone.s3_path, state: sql`'delete'`, deadline: now }
    return sql<{ s3_path: string }>`
      with ${gone} as ${removed}, pending as (${insertSelect(pendingObjects, due, gone)})${
        audit && sql`, audit as (${audit})`
      }
      select ${gone.s3_path} from ${gone}`
  }
  const remove = rendered((named: Named<ById>) => removal(named))
  type RemovalFor = ById & Actor & { tenantId: string; expected: string | null }
  const removeFor = rendered((by: Named<RemovalFor>) => {
    const { tenantId, userId, ip, onBehalfOf } = by
    const deleted = {
      ...{ action: 'file.deleted', tenantId, userId, targetType: 'file', targetId: gone.id },
      ...{ ip, onBehalfOf },
      details: jsonObject({ s3_path: gone.s3_path, file_size: gone.file_size })
    }
    const isMeant = isExpected(files.revision, by.expected)
    return removal(by, { isMeant, audit: auditEvent(outbox, deleted, gone) })
  })
  const findOrphan = rendered((named: Named<ById>) =>
    query
      .select({ id })
      .from(files)
      .where(and(eq(id, named.id), isOrphan))
  )

  return (client: TenantClient) => ({
    async findById(id: string): Promise<File | null> {
      const [row] = await findById(client, { id })
      return row ?? null
    },
    /** The newest documents that refer to a file. */
    async listDocuments(fileId: string, limit: number): Promise<Document[]> {
      return listDocuments(client, { fileId, limit })
    },
    /** A page of the files, newest first, with their number; orphans are counted up to `COUNT_CAP` + 1. */
    list: (page: { orphaned: boolean; limit: number; start: PageStart }) =>
      list(client, {
        filter: { orphaned: page.orphaned || undefined },
        ...{ column: created_at, descending: true, limit: page.limit, start: page.start }
      }),
    /** The keys of files after `key`, in byte order. */
    async listKeysAfter(key: string, limit: number): Promise<StoredFile[]> {
      return listKeysAfter(client, { key, limit })
    },
    async findByKey(key: string): Promise<StoredFile | null> {
      const [row] = await findByKey(client, { key })
      return row ?? null
    },
    /**
     * Searches the next 5,000 files, in the order of their ids, for orphans older than `seconds`: those that no event has
     * cleaned up. The cost does not depend on the number of files.
     * @param after the `next` of the previous search; null to start with the first file
     * @param limit maximum number of orphans
     * @returns `next`: null if the search has reached the last file
     */
    async searchOrphans(
      after: string | null,
      { seconds, limit }: { seconds: number; limit: number }
    ): Promise<{ orphans: string[]; next: string | null }> {
      const [found] = await searchOrphans(client, { after: after ?? NIL_UUID, seconds, limit })
      if (found === undefined) throw new Error('The search for orphans has no row')
      return found
    },
    /**
     * Deletes the row of a file that no document refers to, and makes its object a pending object. The lock is a
     * separate statement, so that the check sees every document that was committed before it; an upload that needs the
     * file waits, and then finds it gone.
     * @param by the actor who requested it, for the audit entry, and the revisions to which it may apply
     */
    async deleteOrphan(id: string, by?: ChangedBy & { tenantId: string }): Promise<FileDeletion> {
      return client.transaction(async (transaction): Promise<FileDeletion> => {
        const locked = await lock(transaction, { id })
        if (locked.length === 0) return { outcome: 'missing' }
        const [row] = await (by === undefined
          ? remove(transaction, { id })
          : removeFor(transaction, {
              ...{ id, tenantId: by.tenantId, ...by.actor },
              expected: expectedParameter(by.expected)
            }))
        if (row !== undefined) return { outcome: 'deleted', key: row.s3_path }
        // A file in use could not be deleted anyway, whatever its revision (RFC 9110 §13.2.1).
        const isRevised = by?.expected !== undefined && (await findOrphan(transaction, { id })).length > 0
        return { outcome: isRevised ? 'revised' : 'in use' }
      })
    }
  })
}
