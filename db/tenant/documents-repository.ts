import { and, asc, eq, sql, type Placeholder, type SQLWrapper } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { Actor } from '../actor.js'
import { auditEvent, type AuditEvent } from '../audit-event.js'
import { insertEvent } from '../event.js'
import { rowsOf } from '../json-rows.js'
import { jsonObject, now, query, rendered, under, type Client, type Named } from '../statement.js'
import { defineDocumentList, type DocumentPage } from './document-list.js'
import {
  documentColumns,
  documentWithFileColumns,
  selectList,
  toDocumentWithFile,
  type Document,
  type DocumentWithFile,
  type DocumentWithFileRow
} from './rows.js'
import type { TenantTables } from './schema.js'

/** How a document is handed out: as a URL that downloads it, or its bytes themselves. */
export type DownloadKind = 'url' | 'content'

/** How often one process has handed out a document to a user in an hour. */
export interface CountedDownload {
  documentId: string
  userId: string
  as: DownloadKind
  ip: string | null
  filename: string
  /** The audit entry that this is about. */
  entryId: string
  source: string
  count: number
}

/** Who changes something, and in which tenant. */
interface By {
  tenantId: string
  actor: Actor
}

export type DocumentChange = { outcome: 'updated'; document: DocumentWithFile } | { outcome: 'missing' }
export type DownloadRecord = { outcome: 'recorded'; document: DocumentWithFile } | { outcome: 'missing' }
export type DocumentRemoval = { outcome: 'removed' | 'missing' }

export type DocumentRepository = ReturnType<ReturnType<typeof defineDocumentRepository>>

interface ById {
  id: string
}
interface Change extends ById {
  tenantId: string
  userId: string
  ip: string | null
}

/** Names for files, and who got or changed them. */
export function defineDocumentRepository(tables: TenantTables) {
  const { documents, files, outbox } = tables
  const list = defineDocumentList(tables)
  const document = under('document', documents)
  const target = { targetType: 'document', targetId: document.id }

  const withFile = (id: Placeholder) =>
    query
      .select(documentWithFileColumns(documents, files))
      .from(documents)
      .innerJoin(files, eq(files.id, documents.file_id))
      .where(eq(documents.id, id))
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
  const findById = rendered(({ id }: Named<ById>) => withFile(id))

  const previous = under('previous', documents)
  const update = rendered((to: Named<Change & { filename: string | null; mime_type: string | null }>) => {
    const changed = query
      .update(documents)
      .set({
        filename: sql`coalesce(${to.filename}, ${documents.filename})`,
        mime_type: sql`coalesce(${to.mime_type}, ${documents.mime_type})`,
        updated_at: now
      })
      .from(sql`${previous}`)
      .where(eq(documents.id, previous.id))
      .returning(documentColumns(documents))
    const before = query.select().from(documents).where(eq(documents.id, to.id)).for('no key update')
    const audit = auditEvent(
      outbox,
      {
        ...target,
        ...{ action: 'document.updated', tenantId: to.tenantId, userId: to.userId, ip: to.ip },
        details: jsonObject({ ...nameOf(document), previous: jsonObject(nameOf(previous)) })
      },
      sql`${document}, ${previous}`
    )
    return sql<DocumentWithFileRow>`
        with ${previous} as ${before}, ${document} as ${changed}, audit as (${audit})
        select ${selectList(documentWithFileColumns(document, files))}
        from ${document} join ${files} on ${eq(files.id, document.file_id)}`
  })

  const { id, file_id, filename } = documents
  const remove = rendered((by: Named<Change>) => {
    const event = {
      ...{ tenantId: by.tenantId, userId: by.userId },
      data: { document_id: document.id, ...fileOf(document) }
    }
    const entry = {
      ...target,
      ...{ action: 'document.deleted', tenantId: by.tenantId, userId: by.userId, ip: by.ip },
      details: jsonObject(fileOf(document))
    }
    return sql<ById>`
      with ${document} as ${query.delete(documents).where(eq(id, by.id)).returning({ id, file_id, filename })},
        event as (${insertEvent(outbox, 'document.deleted', event, document)}),
        audit as (${auditEvent(outbox, entry, document)})
      select ${document.id} from ${document}`
  })

  type Download = Change & { as: DownloadKind; entryId: string; source: string }
  const recordDownload = rendered((named: Named<Download>) => {
    const { id, tenantId, userId, ip, as, entryId, source } = named
    const counted = { entryId: sql`${entryId}::text`, source: sql`${source}::text`, count: sql`1` }
    const entry = downloadOf(document, { tenantId, userId, ip, as, ...counted })
    return sql<DocumentWithFileRow>`
      with ${document} as ${withFile(id)}, audit as (${auditEvent(outbox, entry, document)})
      select * from ${document}`
  })
  const countDownloads = rendered(({ tenantId, rows }: Named<{ tenantId: string; rows: string }>) => {
    const { user_id, kind, ip, entry_id, source, count } = countedDownloads
    const counted = { tenantId, userId: user_id, as: kind, ip, entryId: entry_id, source, count }
    return auditEvent(outbox, downloadOf(countedDownloads, counted), rowsOf(countedDownloads, rows))
  })

  return (client: Client) => ({
    async findById(id: string): Promise<DocumentWithFile | null> {
      const [row] = await findById(client, { id })
      return row ? toDocumentWithFile(row) : null
    },
    /** A page, and how many documents match; with filters at most `COUNT_CAP` + 1 are counted. */
    list: (page: DocumentPage): Promise<{ items: Document[]; total: number }> => list(client, page),
    /** Leaves out what is undefined. */
    async update(
      id: string,
      changes: { filename?: string | undefined; mime_type?: string | undefined },
      by: By
    ): Promise<DocumentChange> {
      const { filename, mime_type } = changes
      const [row] = await update(client, {
        ...{ id, filename: filename ?? null, mime_type: mime_type ?? null },
        ...valuesOf(by)
      })
      return row ? { outcome: 'updated', document: toDocumentWithFile(row) } : { outcome: 'missing' }
    },
    /** A person's documents, ordered by name, after one of them. */
    async listOfUserAfter(
      userId: string,
      { filename, id }: Pick<Document, 'filename' | 'id'>,
      limit: number
    ): Promise<DocumentWithFile[]> {
      return (await listOfUser(client, { userId, filename, id, limit })).map(toDocumentWithFile)
    },
    /** Finds a document that is handed out, and writes down to whom. */
    async recordDownload(
      id: string,
      as: DownloadKind,
      by: By,
      entry: { entryId: string; source: string }
    ): Promise<DownloadRecord> {
      const { entryId, source } = entry
      const [row] = await recordDownload(client, { id, as, entryId, source, ...valuesOf(by) })
      return row ? { outcome: 'recorded', document: toDocumentWithFile(row) } : { outcome: 'missing' }
    },
    /** Writes down how often documents were handed out. */
    async countDownloads(tenantId: string, counts: readonly CountedDownload[]): Promise<void> {
      const rows = counts.map(({ documentId, as, userId, ip, filename, entryId, source, count }) => ({
        ...{ id: documentId, kind: as, user_id: userId, ip, filename, entry_id: entryId, source, count }
      }))
      await countDownloads(client, { tenantId, rows: JSON.stringify(rows) })
    },
    /** The file stays; the event tells the worker to look at it. */
    async remove(id: string, by: By): Promise<DocumentRemoval> {
      const { length } = await remove(client, { id, ...valuesOf(by) })
      return { outcome: length > 0 ? 'removed' : 'missing' }
    }
  })
}

const nameOf = ({ filename, mime_type }: TenantTables['documents']) => ({ filename, mime_type })
const fileOf = ({ filename, file_id }: TenantTables['documents']) => ({ filename, file_id })
const valuesOf = ({ tenantId, actor: { userId, ip } }: By) => ({ tenantId, userId, ip })

/** Many of `CountedDownload` as one parameter. */
const countedDownloads = pgTable('counted', {
  ...{
    id: text(),
    kind: text(),
    user_id: uuid(),
    ip: text(),
    filename: text(),
    entry_id: text(),
    source: text()
  },
  count: integer()
})

/** The audit entry of a document that was handed out. */
function downloadOf(
  { id, filename }: Record<'id' | 'filename', SQLWrapper>,
  by: Record<'tenantId' | 'userId' | 'ip' | 'as' | 'entryId' | 'source' | 'count', SQLWrapper>
): AuditEvent {
  return {
    ...{ action: 'document.downloaded', tenantId: by.tenantId, userId: by.userId, ip: by.ip },
    ...{ targetType: 'document', targetId: id },
    details: jsonObject({ filename, as: sql`${by.as}::text` }),
    counted: jsonObject({ entry_id: by.entryId, source: by.source, count: by.count })
  }
}
