import { and, eq, gte, ilike, lte, or, sql } from 'drizzle-orm'
import { makePgArray } from 'drizzle-orm/pg-core'
import { createList, type PageStart } from '../list-statement.js'
import { under, type Client } from '../statement.js'
import { folderRange, isInFolder, type FolderRange } from './folder-range.js'
import { metadataCondition, metadataValues, type MetadataValues } from './metadata-filter.js'
import { documentColumns, type Document } from './rows.js'
import type { TenantTables } from './schema.js'
import { usageCount } from './usage-repository.js'

export type DocumentSort = 'created_at' | '-created_at' | 'filename' | '-filename'

/** The name of a column that a list may leave out. */
export type DocumentField = keyof Document

export interface DocumentFilter {
  external_id?: string | undefined
  /** Part of the name, ignoring case. */
  filename?: string | undefined
  user_id?: string | undefined
  on_behalf_of?: string | undefined
  mime_type?: string | undefined
  created_from?: string | undefined
  created_to?: string | undefined
  /** The document must have all of them. */
  tags?: readonly string[] | undefined
  /** Values by key: each text matches the equal string, and the number or Boolean with this text in JSON. */
  metadata?: Readonly<Record<string, string>> | undefined
  folder?: string | undefined
  /** Matches documents in this folder and in all folders below it. */
  folder_prefix?: string | undefined
}

export interface DocumentPage {
  filter: DocumentFilter
  sort: DocumentSort
  limit: number
  start: PageStart
  counted?: boolean | undefined
  /** The columns to read; all by default. */
  fields?: readonly DocumentField[] | undefined
}

type Plain =
  'external_id' | 'user_id' | 'on_behalf_of' | 'mime_type' | 'created_from' | 'created_to' | 'folder'

interface FilterValues extends Pick<DocumentFilter, Plain>, MetadataValues, Partial<FolderRange> {
  /** The LIKE patterns for `filename`: composed (NFC), and decomposed (NFD) where that differs. */
  name: string | undefined
  otherForm: string | undefined
  /** The text form of an array. */
  tags: string | undefined
}

/** Pages of documents, with the number of matches. */
export function defineDocumentList(tables: TenantTables) {
  const document = under('document', tables.documents)
  const { filename, folder, created_at } = document
  const columns = documentColumns(document)
  const all = Object.values(columns)

  const list = createList<FilterValues, Document>(all, (given) => ({
    from: tables.documents,
    as: document,
    where: and(
      given.external_id && eq(document.external_id, given.external_id),
      given.name && or(ilike(filename, given.name), given.otherForm && ilike(filename, given.otherForm)),
      given.user_id && eq(document.user_id, given.user_id),
      given.on_behalf_of && eq(document.on_behalf_of, given.on_behalf_of),
      given.mime_type && sql`lower(${document.mime_type}) = ${given.mime_type}`,
      given.created_from && gte(created_at, given.created_from),
      given.created_to && lte(created_at, given.created_to),
      given.tags && sql`${document.tags} @> ${given.tags}::text[]`,
      metadataCondition(document.metadata, given),
      given.folder && eq(folder, given.folder),
      isInFolder(folder, given)
    ),
    count: usageCount(tables, 'documents')
  }))

  return (client: Client, { filter, sort, fields, ...part }: DocumentPage) =>
    list(client, {
      filter: toValues(filter),
      column: sort.endsWith('filename') ? filename : created_at,
      descending: sort.startsWith('-'),
      columns:
        fields &&
        Object.entries(columns).flatMap(([name, column]) =>
          fields.includes(name as DocumentField) ? [column] : []
        ),
      ...part
    })
}

/**
 * Names are stored composed (NFC), but older ones may be decomposed. A condition for each form can use the trigram
 * index.
 */
function toValues({
  filename,
  mime_type,
  tags,
  metadata,
  folder_prefix,
  ...others
}: DocumentFilter): FilterValues {
  const forms = filename === undefined ? [] : [filename.normalize('NFC'), filename.normalize('NFD')]
  const [name, otherForm] = [...new Set(forms)].map((form) => `%${escapeLike(form)}%`)
  return {
    ...others,
    ...metadataValues(metadata),
    ...{ name, otherForm, mime_type: mime_type?.toLowerCase() },
    tags: tags && makePgArray([...tags]),
    ...folderRange(folder_prefix)
  }
}

/** https://www.postgresql.org/docs/current/functions-matching.html#FUNCTIONS-LIKE */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
