import type postgres from 'postgres'
import type { Actor } from '../actor.js'
import { statement } from '../client.js'
import { insertAuditEvent } from '../audit-event.js'
import { insertEvent } from '../event.js'
import { listStatement, readList, type PageStart } from '../list-statement.js'
import {
  DOCUMENT_COLUMNS,
  documentWithFileColumns,
  toDocumentWithFile,
  type Document,
  type DocumentWithFile,
  type DocumentWithFileRow
} from './rows.js'
import type { TenantTableNames } from './table-names.js'
import { usageCount } from './usage-repository.js'

export type DocumentSort = 'created_at' | '-created_at' | 'filename' | '-filename'

export interface DocumentFilter {
  /** Part of the name, without regard to case. */
  filename?: string | undefined
  user_id?: string | undefined
  mime_type?: string | undefined
  created_from?: string | undefined
  created_to?: string | undefined
}

export interface DocumentPage {
  filter: DocumentFilter
  sort: DocumentSort
  limit: number
  start: PageStart
}

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

export type DocumentRepository = ReturnType<typeof createDocumentRepository>

export function createDocumentRepository(sql: postgres.Sql, names: TenantTableNames) {
  const { documents, files, outbox } = names
  const usageOf = usageCount(names)
  const audit = (action: string, details: string, [tenantId, userId, ip]: [string, string, string]) =>
    insertAuditEvent(
      'document',
      { action: `'${action}'`, tenantId, userId, targetType: `'document'`, targetId: 'id', details, ip },
      outbox
    )
  const updated = audit(
    'document.updated',
    `jsonb_build_object('filename', filename, 'mime_type', mime_type,
       'previous', jsonb_build_object('filename', previous_filename, 'mime_type', previous_mime_type))`,
    ['$4', '$5', '$6']
  )
  const deleted = audit('document.deleted', `jsonb_build_object('filename', filename, 'file_id', file_id)`, [
    '$2',
    '$3',
    '$4'
  ])
  const downloaded = (
    source: string,
    as: string,
    tenantId: string,
    userId: string,
    ip: string,
    counted: string
  ) =>
    insertAuditEvent(
      source,
      {
        ...{
          action: `'document.downloaded'`,
          tenantId,
          userId,
          targetType: `'document'`,
          targetId: 'id',
          ip
        },
        details: `jsonb_build_object('filename', filename, 'as', ${as}::text)`,
        counted: `jsonb_build_object('entry_id', ${counted})`
      },
      outbox
    )

  const findById = statement<DocumentWithFileRow>(
    sql,
    `select ${documentWithFileColumns('documents', 'files')}
     from ${documents} documents join ${files} files on files.id = documents.file_id where documents.id = $1`
  )
  const update = statement<DocumentWithFileRow>(
    sql,
    `with previous as (
       select id, filename as previous_filename, mime_type as previous_mime_type
       from ${documents} where id = $1 for no key update
     ), document as (
       update ${documents} documents
       set filename = coalesce($2, filename), mime_type = coalesce($3, mime_type), updated_at = now()
       from previous where documents.id = previous.id returning documents.*, previous_filename, previous_mime_type
     ), audit as (${updated})
     select ${documentWithFileColumns('document', 'files')} from document join ${files} files on files.id = document.file_id`
  )
  const remove = statement(
    sql,
    `with document as (
       delete from ${documents} where id = $1 returning id, file_id, filename
     ), event as (
       ${insertEvent(
         'document.deleted',
         'document',
         {
           tenantId: '$2',
           userId: '$3',
           data: { document_id: 'id', file_id: 'file_id', filename: 'filename' }
         },
         outbox
       )}
     ), audit as (${deleted})
     select id from document`
  )
  const recordDownload = statement<DocumentWithFileRow>(
    sql,
    `with document as (
       select ${documentWithFileColumns('documents', 'files')}
       from ${documents} documents join ${files} files on files.id = documents.file_id where documents.id = $1
     ), audit as (${downloaded('document', '$2', '$3', '$4', '$5', `$6::text, 'source', $7::text, 'count', 1`)})
     select * from document`
  )
  const countDownloads = statement(
    sql,
    `with counted as (
       select * from jsonb_to_recordset($2::text::jsonb) as counted (
         id text, kind text, user_id uuid, ip text, filename text, entry_id text, source text, count int)
     ) ${downloaded('counted', 'kind', '$1', 'user_id', 'ip', `entry_id, 'source', source, 'count', count`)}`
  )

  return {
    async findById(id: string): Promise<DocumentWithFile | null> {
      const [row] = await findById(id)
      return row ? toDocumentWithFile(row) : null
    },
    /** A page, and how many documents match; with filters at most `COUNT_CAP` + 1 are counted. */
    async list(page: DocumentPage): Promise<{ items: Document[]; total: number }> {
      const parameters: (string | number)[] = []
      const bind = (value: string | number) => `$${parameters.push(value)}`
      const text = listStatement({
        table: documents,
        columns: DOCUMENT_COLUMNS,
        conditions: conditionsOf(page.filter, bind),
        count: usageOf('documents'),
        column: page.sort.replace('-', ''),
        descending: page.sort.startsWith('-'),
        start: page.start,
        limit: page.limit,
        bind
      })
      return readList(await statement<Document & { total: number }>(sql, text)(...parameters))
    },
    /** Leaves out what is undefined; null when there is no such document. */
    async update(
      id: string,
      changes: { filename?: string | undefined; mime_type?: string | undefined },
      by: By
    ): Promise<DocumentWithFile | null> {
      const [row] = await update(
        id,
        changes.filename ?? null,
        changes.mime_type ?? null,
        by.tenantId,
        by.actor.userId,
        by.actor.ip
      )
      return row ? toDocumentWithFile(row) : null
    },
    /** Finds a document that is handed out, and writes down to whom; null when there is no such document. */
    async recordDownload(
      id: string,
      as: DownloadKind,
      by: By,
      entry: { entryId: string; source: string }
    ): Promise<DocumentWithFile | null> {
      const { tenantId, actor } = by
      const [row] = await recordDownload(
        ...[id, as, tenantId, actor.userId, actor.ip],
        ...[entry.entryId, entry.source]
      )
      return row ? toDocumentWithFile(row) : null
    },
    /** Writes down how often documents were handed out. */
    async countDownloads(tenantId: string, counts: readonly CountedDownload[]): Promise<void> {
      const rows = counts.map(({ documentId, as, userId, ip, filename, entryId, source, count }) => ({
        ...{ id: documentId, kind: as, user_id: userId, ip, filename, entry_id: entryId, source, count }
      }))
      await countDownloads(tenantId, JSON.stringify(rows))
    },
    /** False when there is no such document. The file stays; the event tells the worker to look at it. */
    async remove(id: string, by: By): Promise<boolean> {
      return (await remove(id, by.tenantId, by.actor.userId, by.actor.ip)).length > 0
    }
  }
}

function conditionsOf(filter: DocumentFilter, bind: (value: string) => string): string[] {
  const { filename, user_id, mime_type, created_from, created_to } = filter
  return [
    filename !== undefined && nameContains(filename, bind),
    user_id !== undefined && `user_id = ${bind(user_id)}`,
    mime_type !== undefined && `lower(mime_type) = ${bind(mime_type.toLowerCase())}`,
    created_from !== undefined && `created_at >= ${bind(created_from)}`,
    created_to !== undefined && `created_at <= ${bind(created_to)}`
  ].filter((condition) => condition !== false)
}

/** Names are stored composed (NFC); those from before that may be decomposed. Each form can use the trigram index. */
function nameContains(text: string, bind: (value: string) => string): string {
  const forms = new Set([text.normalize('NFC'), text.normalize('NFD')])
  return `(${[...forms].map((form) => `filename ilike ${bind(`%${escapeLike(form)}%`)}`).join(' or ')})`
}

/** https://www.postgresql.org/docs/current/functions-matching.html#FUNCTIONS-LIKE */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
