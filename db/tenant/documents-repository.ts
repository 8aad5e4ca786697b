import type postgres from 'postgres'
import { statement } from '../client.js'
import {
  documentColumns,
  documentWithFileColumns,
  toDocumentWithFile,
  type Document,
  type DocumentWithFile,
  type DocumentWithFileRow
} from './rows.js'
import type { TenantTableNames } from './table-names.js'

export type DocumentSort = 'created_at' | '-created_at' | 'filename' | '-filename'

export interface DocumentFilter {
  /** Part of the name, without regard to case. */
  filename?: string | undefined
  user_id?: string | undefined
  mime_type?: string | undefined
  created_from?: string | undefined
  created_to?: string | undefined
}

/** The values that a page ended with: the next one starts behind them. */
export interface DocumentPosition {
  value: string
  id: string
}

export interface DocumentPage {
  filter: DocumentFilter
  sort: DocumentSort
  limit: number
  /** Either how many to skip, or where the page before ended. */
  start: { offset: number } | { after: DocumentPosition }
}

/** With filters, counting stops here. */
export const COUNT_CAP = 10_000

export type DocumentRepository = ReturnType<typeof createDocumentRepository>

export function createDocumentRepository(sql: postgres.Sql, { documents, files, outbox }: TenantTableNames) {
  const findById = statement<DocumentWithFileRow>(
    sql,
    `select ${documentWithFileColumns('documents', 'files')}
     from ${documents} documents join ${files} files on files.id = documents.file_id where documents.id = $1`
  )
  const update = statement<DocumentWithFileRow>(
    sql,
    `with document as (
       update ${documents} set filename = coalesce($2, filename), mime_type = coalesce($3, mime_type), updated_at = now()
       where id = $1 returning *
     ), event as (
       insert into ${outbox} (event_type, tenant_id, user_id, data)
       select 'audit.log', $4, $5, jsonb_build_object(
         'action', 'document.updated', 'target', jsonb_build_object('type', 'document', 'id', id),
         'details', jsonb_build_object('filename', filename, 'mime_type', mime_type))
       from document
     )
     select ${documentWithFileColumns('document', 'files')} from document join ${files} files on files.id = document.file_id`
  )
  const remove = statement(
    sql,
    `with document as (
       delete from ${documents} where id = $1 returning id, file_id, filename
     ), event as (
       insert into ${outbox} (event_type, tenant_id, user_id, data)
       select 'document.deleted', $2, $3,
         jsonb_build_object('document_id', id, 'file_id', file_id, 'filename', filename)
       from document
     )
     select id from document`
  )

  return {
    async findById(id: string): Promise<DocumentWithFile | null> {
      const [row] = await findById(id)
      return row ? toDocumentWithFile(row) : null
    },
    /** A page, and how many documents match; with filters at most `COUNT_CAP` + 1 are counted. */
    async list(page: DocumentPage): Promise<{ items: Document[]; total: number }> {
      const { text, parameters } = listStatement(documents, page)
      const rows = await statement<Document & { total: number }>(sql, text)(...parameters)
      // An empty page still has one row, which carries the total alone.
      const items = rows
        .filter((row) => (row.id as string | null) !== null)
        .map(({ total, ...document }) => document)
      return { items, total: rows[0]?.total ?? 0 }
    },
    /** Leaves out what is undefined; null when there is no such document. */
    async update(
      id: string,
      changes: { filename?: string | undefined; mime_type?: string | undefined },
      by: { tenantId: string; userId: string }
    ): Promise<DocumentWithFile | null> {
      const [row] = await update(
        id,
        changes.filename ?? null,
        changes.mime_type ?? null,
        by.tenantId,
        by.userId
      )
      return row ? toDocumentWithFile(row) : null
    },
    /** False when there is no such document. The file stays; the event tells the worker to look at it. */
    async remove(id: string, by: { tenantId: string; userId: string }): Promise<boolean> {
      return (await remove(id, by.tenantId, by.userId)).length > 0
    }
  }
}

/** The text depends only on which filters are used, so that PostgreSQL sees few different statements. */
function listStatement(
  documents: string,
  page: DocumentPage
): { text: string; parameters: (string | number)[] } {
  const parameters: (string | number)[] = []
  const bind = (value: string | number) => `$${parameters.push(value)}`
  const { filename, user_id, mime_type, created_from, created_to } = page.filter
  const conditions = [
    filename !== undefined && `filename ilike ${bind(`%${escapeLike(filename)}%`)}`,
    user_id !== undefined && `user_id = ${bind(user_id)}`,
    mime_type !== undefined && `mime_type = ${bind(mime_type)}`,
    created_from !== undefined && `created_at >= ${bind(created_from)}`,
    created_to !== undefined && `created_at <= ${bind(created_to)}`
  ].filter((condition) => condition !== false)
  const where = conditions.join(' and ') || 'true'
  const counted = conditions.length === 0 ? '' : `limit ${COUNT_CAP + 1}`

  const column = page.sort.replace('-', '')
  const descending = page.sort.startsWith('-')
  const order = descending ? 'desc' : 'asc'
  const after =
    'after' in page.start
      ? `and (${column}, id) ${descending ? '<' : '>'} (${bind(page.start.after.value)}, ${bind(page.start.after.id)})`
      : ''
  const offset = 'offset' in page.start ? `offset ${bind(page.start.offset)}` : ''
  const text = `select total.count as total, page.* from
      (select count(*) from (select from ${documents} where ${where} ${counted}) counted) total
    left join (
      select ${documentColumns('documents')} from ${documents} documents where ${where} ${after}
      order by ${column} ${order}, id ${order} limit ${bind(page.limit)} ${offset}
    ) page on true order by page.${column} ${order}, page.id ${order}`
  return { text, parameters }
}

/** https://www.postgresql.org/docs/current/functions-matching.html#FUNCTIONS-LIKE */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
