import { and, asc, eq, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { Actor } from '../actor.js'
import { auditEvent, type AuditEvent } from '../audit-event.js'
import { together } from '../error-codes.js'
import { rowsOf } from '../json-rows.js'
import { expectedParameter, isExpected, type ChangedBy } from '../revisions.js'
import { jsonObject, query, rendered, under, type Client, type Named } from '../statement.js'
import {
  changeParameters,
  defineDocumentUpdate,
  hasExternalId,
  type DocumentChanges
} from './document-update.js'
import { deletionEvents } from './document-events.js'
import { defineDocumentList, type DocumentPage } from './document-list.js'
import {
  documentWithFileColumns,
  selectList,
  toDocumentWithFile,
  type Document,
  type DocumentWithFile,
  type DocumentWithFileRow
} from './rows.js'
import type { TenantTables } from './schema.js'

/** How a document is downloaded: by a signed URL, or as the bytes themselves. */
export type DownloadKind = 'url' | 'content'

/** How often one process has served a document to a user within an hour. */
export interface CountedDownload {
  documentId: string
  userId: string
  onBehalfOf: string | null
  as: DownloadKind
  ip: string | null
  filename: string
  /** The audit entry that holds the count. */
  entryId: string
  source: string
  count: number
}

/** A user's first download of a document within an hour; see {@link CountedDownload}. */
export interface NewDownload extends Pick<CountedDownload, 'documentId' | 'as' | 'entryId' | 'source'> {
  actor: Actor
}

/** The actor, and the tenant. */
interface By {
  tenantId: string
  actor: Actor
}

/** Why a document was not changed. */
type Unchanged =
  | { outcome: 'missing' }
  /** Its revision is none of the expected ones. */
  | { outcome: 'revised' }

export type DocumentChange = { outcome: 'updated'; document: DocumentWithFile } | Unchanged
export type DownloadRecord = { outcome: 'recorded'; document: DocumentWithFile } | { outcome: 'missing' }
export type DocumentRemoval = { outcome: 'removed' } | Unchanged

export type DocumentRepository = ReturnType<ReturnType<typeof defineDocumentRepository>>

interface ById {
  id: string
}
interface Action extends ById, Actor {
  tenantId: string
}
interface Change extends Action {
  expected: string | null
}

/** Documents, which refer to files, and the audit entries about their downloads and changes. */
export function defineDocumentRepository(tables: TenantTables) {
  const { documents, files, outbox } = tables
  const list = defineDocumentList(tables)
  const document = under('document', documents)

  const withFile = (condition: SQL) =>
    query
      .select(documentWithFileColumns(documents, files))
      .from(documents)
      .innerJoin(files, eq(files.id, documents.file_id))
      .where(condition)
  const listOfUser = rendered(
    (after: Named<{ userId: string; filename: string; id: string; limit: number }>) =>
      query
        .select(documentWithFileColumns(documents, files))
        .from(documents)
        .innerJoin(files, eq(files.id, documents.file_id))
        .where(
          and(
            eq(documents.user_id, after.userId),
            sql`(${documents.filename}, ${documents.id}) > (${after.filename}, ${after.id}::uuid)`
          )
        )
        .orderBy(asc(documents.filename), asc(documents.id))
        .limit(after.limit)
  )
  const findById = rendered(({ id }: Named<ById>) => withFile(eq(documents.id, id)))
  const findByExternalId = rendered(({ externalId }: Named<{ externalId: string }>) =>
    withFile(hasExternalId(documents, externalId))
  )
  const update = defineDocumentUpdate(tables)

  const isMeant = (named: Named<Pick<Change, 'id' | 'expected'>>) =>
    and(eq(documents.id, named.id), isExpected(documents.revision, named.expected))
  const { id, file_id, filename, revision, external_id } = documents
  const remove = rendered((by: Named<Change>) => {
    const deleted = query
      .delete(documents)
      .where(isMeant(by))
      .returning({ id, file_id, filename, revision, external_id })
    return sql<ById>`with ${document} as ${deleted}, ${deletionEvents(outbox, document, by)}
      select ${document.id} from ${document}`
  })

  const download = under('document', newDownloads)
  const recordDownloads = rendered(({ tenantId, rows }: Named<{ tenantId: string; rows: string }>) => {
    const { document_id, kind, by, for_whom, from, entry_id, source } = newDownloads
    const columns = documentWithFileColumns(documents, files)
    const found = sql`
      select ${selectList({ ...columns, kind, by, for_whom, from, entry_id, source })}
      from ${rowsOf(newDownloads, rows)} join ${documents} on ${documents.id} = ${document_id}
      join ${files} on ${files.id} = ${documents.file_id}`
    const entry = downloadOf(document, {
      ...{ tenantId, userId: download.by, ip: download.from, onBehalfOf: download.for_whom },
      ...{ as: download.kind, entryId: download.entry_id, source: download.source, count: sql`1` }
    })
    return sql<DocumentWithFileRow & { entry_id: string }>`
      with ${document} as (${found}), audit as (${auditEvent(outbox, entry, document)}) select * from ${document}`
  })
  const countDownloads = rendered(({ tenantId, rows }: Named<{ tenantId: string; rows: string }>) => {
    const { user_id, on_behalf_of, kind, ip, entry_id, source, count } = countedDownloads
    const by = { tenantId, userId: user_id, ip, onBehalfOf: on_behalf_of }
    const counted = { ...by, as: kind, entryId: entry_id, source, count }
    return auditEvent(outbox, downloadOf(countedDownloads, counted), rowsOf(countedDownloads, rows))
  })

  /** Finds out why a change matched no document. */
  async function whyUnchanged(
    find: () => Promise<readonly object[]>,
    { expected }: ChangedBy
  ): Promise<Unchanged> {
    const isThere = expected !== undefined && (await find()).length > 0
    return { outcome: isThere ? 'revised' : 'missing' }
  }

  return (client: Client) => ({
    async findById(id: string): Promise<DocumentWithFile | null> {
      const [row] = await findById(client, { id })
      return row ? toDocumentWithFile(row) : null
    },
    /** A page, with the number of matching documents, which filtered lists count up to `COUNT_CAP` + 1. */
    list: (page: DocumentPage): Promise<{ items: Document[]; total: number | null }> => list(client, page),
    /** The document with an external id. */
    async findByExternalId(externalId: string): Promise<DocumentWithFile | null> {
      const [row] = await findByExternalId(client, { externalId })
      return row ? toDocumentWithFile(row) : null
    },
    /**
     * Changes the fields that are not undefined. Throws an error with SQLSTATE 23505 if another document has the
     * external id, and with 23514 if the changed metadata or tags exceed a limit.
     */
    async update(id: string, changes: DocumentChanges, by: By & ChangedBy): Promise<DocumentChange> {
      const [row] = await update.byId(client, { id, ...changeParameters(changes), ...changerOf(by) })
      if (row === undefined) return whyUnchanged(() => findById(client, { id }), by)
      return { outcome: 'updated', document: toDocumentWithFile(row) }
    },
    /** Like `update`, for the document with an external id. */
    async updateByExternalId(
      of: string,
      changes: DocumentChanges,
      by: By & ChangedBy
    ): Promise<DocumentChange> {
      const [row] = await update.byExternalId(client, { of, ...changeParameters(changes), ...changerOf(by) })
      if (row === undefined) return whyUnchanged(() => findByExternalId(client, { externalId: of }), by)
      return { outcome: 'updated', document: toDocumentWithFile(row) }
    },
    /** Like `updateByExternalId`, if the document has this file. */
    async updateWithFile(
      of: { externalId: string; fileId: string },
      changes: DocumentChanges,
      by: By & ChangedBy
    ): Promise<DocumentChange> {
      const { externalId, fileId } = of
      const given = { of: externalId, fileId, ...changeParameters(changes), ...changerOf(by) }
      const [row] = await update.withFile(client, given)
      if (row !== undefined) return { outcome: 'updated', document: toDocumentWithFile(row) }
      return whyUnchanged(() => findByExternalId(client, { externalId }), by)
    },
    /** A page of an account's documents, ordered by name, after the given one. */
    async listOfUserAfter(
      userId: string,
      { filename, id }: Pick<Document, 'filename' | 'id'>,
      limit: number
    ): Promise<DocumentWithFile[]> {
      return (await listOfUser(client, { userId, filename, id, limit })).map(toDocumentWithFile)
    },
    /** Finds documents to download, and writes an audit entry for each. `apart`: see {@link together}. */
    async recordDownloads(
      tenantId: string,
      downloads: readonly NewDownload[]
    ): Promise<DownloadRecord[] | 'apart'> {
      const rows = downloads.map(({ documentId, as, actor, entryId, source }) => ({
        ...{ document_id: documentId, kind: as, by: actor.userId, for_whom: actor.onBehalfOf },
        ...{ from: actor.ip, entry_id: entryId, source }
      }))
      const given = { tenantId, rows: JSON.stringify(rows) }
      const found = await together(downloads, () => recordDownloads(client, given))
      if (found === 'apart') return found
      const byEntry = new Map(found.map(({ entry_id, ...row }) => [entry_id, row]))
      return downloads.map(({ entryId }) => {
        const row = byEntry.get(entryId)
        return row ? { outcome: 'recorded', document: toDocumentWithFile(row) } : { outcome: 'missing' }
      })
    },
    /** Writes the audit events that count repeated downloads. */
    async countDownloads(tenantId: string, counts: readonly CountedDownload[]): Promise<void> {
      const rows = counts.map(
        ({ documentId, as, userId, onBehalfOf, ip, filename, entryId, source, count }) => ({
          ...{ id: documentId, kind: as, user_id: userId, on_behalf_of: onBehalfOf, ip, filename },
          ...{ entry_id: entryId, source, count }
        })
      )
      await countDownloads(client, { tenantId, rows: JSON.stringify(rows) })
    },
    /** Deletes a document. Its file stays; the event makes the worker check whether it is an orphan. */
    async remove(id: string, by: By & ChangedBy): Promise<DocumentRemoval> {
      const { length } = await remove(client, { id, ...changerOf(by) })
      return length > 0 ? { outcome: 'removed' } : whyUnchanged(() => findById(client, { id }), by)
    }
  })
}

const changerOf = ({ expected, ...by }: By & ChangedBy) => ({
  ...{ expected: expectedParameter(expected), ...valuesOf(by) }
})
const valuesOf = ({ tenantId, actor }: By) => ({ tenantId, ...actor })

/** Several `NewDownload`s as one parameter, with column names that documents do not have. */
const newDownloads = pgTable('download', {
  ...{ document_id: uuid(), kind: text(), by: uuid(), for_whom: text(), from: text() },
  ...{ entry_id: text(), source: text() }
})
/** Several `CountedDownload`s as one parameter. */
const countedDownloads = pgTable('counted', {
  ...{
    id: text(),
    kind: text(),
    user_id: uuid(),
    on_behalf_of: text(),
    ip: text(),
    filename: text(),
    entry_id: text(),
    source: text()
  },
  count: integer()
})

/** The audit entry for a download of a document. */
function downloadOf(
  { id, filename }: Record<'id' | 'filename', SQLWrapper>,
  by: Record<'tenantId' | 'userId' | 'ip' | 'onBehalfOf' | 'as' | 'entryId' | 'source' | 'count', SQLWrapper>
): AuditEvent {
  return {
    ...{ action: 'document.downloaded', tenantId: by.tenantId, userId: by.userId },
    ...{ ip: by.ip, onBehalfOf: by.onBehalfOf },
    ...{ targetType: 'document', targetId: id },
    details: jsonObject({ filename, as: sql`${by.as}::text` }),
    counted: jsonObject({ entry_id: by.entryId, source: by.source, count: by.count })
  }
}
