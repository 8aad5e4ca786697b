import { and, eq, gte, ilike, lte, or, sql } from 'drizzle-orm'
import { createList, type PageStart } from '../list-statement.js'
import type { Client } from '../statement.js'
import { documentColumns, type Document } from './rows.js'
import type { TenantTables } from './schema.js'
import { usageCount } from './usage-repository.js'

export type DocumentSort = 'created_at' | '-created_at' | 'filename' | '-filename'

export interface DocumentFilter {
  /** A part of the name, in any case. */
  filename?: string | undefined
  user_id?: string | undefined
  on_behalf_of?: string | undefined
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

interface FilterValues extends Omit<DocumentFilter, 'filename'> {
  /** What `filename` is like, and in the other form that it may be stored in where that is another. */
  name: string | undefined
  otherForm: string | undefined
}

/** Pages of documents, with the number of matches. */
export function defineDocumentList(tables: TenantTables) {
  const { documents } = tables
  const { filename, user_id, on_behalf_of, mime_type, created_at } = documents
  const columns = Object.values(documentColumns(documents))

  const list = createList<FilterValues, Document>(columns, (given) => ({
    from: documents,
    where: and(
      given.name && or(ilike(filename, given.name), given.otherForm && ilike(filename, given.otherForm)),
      given.user_id && eq(user_id, given.user_id),
      given.on_behalf_of && eq(on_behalf_of, given.on_behalf_of),
      given.mime_type && sql`lower(${mime_type}) = ${given.mime_type}`,
      given.created_from && gte(created_at, given.created_from),
      given.created_to && lte(created_at, given.created_to)
    ),
    count: usageCount(tables, 'documents')
  }))

  return (client: Client, { filter, sort, limit, start }: DocumentPage) =>
    list(client, {
      filter: toValues(filter),
      column: sort.endsWith('filename') ? filename : created_at,
      descending: sort.startsWith('-'),
      ...{ limit, start }
    })
}

/** Names are stored composed (NFC); those from before that may be decomposed. Each form can use the trigram index. */
function toValues({ filename, mime_type, ...others }: DocumentFilter): FilterValues {
  const forms = filename === undefined ? [] : [filename.normalize('NFC'), filename.normalize('NFD')]
  const [name, otherForm] = [...new Set(forms)].map((form) => `%${escapeLike(form)}%`)
  return { name, otherForm, mime_type: mime_type?.toLowerCase(), ...others }
}

/** https://www.postgresql.org/docs/current/functions-matching.html#FUNCTIONS-LIKE */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
