import { SQL, sql, type GetColumnData } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { bare } from '../statement.js'
import type { TenantTables } from './schema.js'

export type { Verification } from './schema.js'

type Documents = TenantTables['documents']
type Files = TenantTables['files']
type Selected<Columns extends Record<string, PgColumn>> = {
  [Name in keyof Columns]: GetColumnData<Columns[Name]>
}

/** The selected columns of documents. The charset is part of the Content-Type when the content is sent. */
export const documentColumns = (of: Documents) => {
  const { id, filename, mime_type, charset, file_id, user_id, on_behalf_of } = of
  const { external_id, metadata, tags, folder, revision, created_at, updated_at } = of
  return {
    ...{ id, filename, mime_type, charset, file_id, user_id, on_behalf_of },
    ...{ external_id, metadata, tags, folder, revision, created_at, updated_at }
  }
}

/** The selected columns of files. */
export const fileColumns = (of: Files) => {
  const { id, md5_hash, sha256, file_size, s3_path, verified_at, verification, detected_type } = of
  const { revision, created_at, updated_at } = of
  return {
    ...{ id, md5_hash, sha256, file_size, s3_path, verified_at, verification, detected_type },
    ...{ revision, created_at, updated_at }
  }
}

/** A document as the API shows it. */
export type Document = Selected<ReturnType<typeof documentColumns>>

/** A file as the API shows it. */
export type File = Selected<ReturnType<typeof fileColumns>>

export interface DocumentWithFile extends Document {
  file: File
}

/** The selected columns of a document joined with its file; `toDocumentWithFile` reads such a row. */
export const documentWithFileColumns = (document: Documents, file: Files) => ({
  ...documentColumns(document),
  ...(Object.fromEntries(
    Object.values(fileColumns(file)).map((column) => {
      const name = `file__${column.name}`
      return [name, sql`${column}`.as(name)]
    })
  ) as { [Name in keyof File as `file__${Name}`]: SQL.Aliased<File[Name]> })
})

export type DocumentWithFileRow = Document & { [Name in keyof File as `file__${Name}`]: File[Name] }

/** A list of selected columns for use in a `sql` template. */
export const selectList = (columns: Record<string, PgColumn | SQL.Aliased>): SQL =>
  sql.join(
    Object.values(columns).map((column) =>
      column instanceof SQL.Aliased
        ? sql`${column.sql} as ${bare({ name: column.fieldAlias })}`
        : sql`${column}`
    ),
    sql`, `
  )

export function toDocumentWithFile(row: DocumentWithFileRow): DocumentWithFile {
  return {
    id: row.id,
    filename: row.filename,
    mime_type: row.mime_type,
    charset: row.charset,
    file_id: row.file_id,
    user_id: row.user_id,
    revision: row.revision,
    on_behalf_of: row.on_behalf_of,
    external_id: row.external_id,
    metadata: row.metadata,
    tags: row.tags,
    folder: row.folder,
    created_at: row.created_at,
    updated_at: row.updated_at,
    file: {
      id: row.file__id,
      md5_hash: row.file__md5_hash,
      sha256: row.file__sha256,
      file_size: row.file__file_size,
      s3_path: row.file__s3_path,
      verified_at: row.file__verified_at,
      verification: row.file__verification,
      detected_type: row.file__detected_type,
      revision: row.file__revision,
      created_at: row.file__created_at,
      updated_at: row.file__updated_at
    }
  }
}

/** The answer to an upload. */
export interface UploadAnswer extends DocumentWithFile {
  /** True if the tenant already had the same content, which was then not stored again. */
  deduplicated: boolean
}

export type UploadAnswerRow = DocumentWithFileRow & { deduplicated: boolean }

export const toUploadAnswer = (row: UploadAnswerRow): UploadAnswer => ({
  ...toDocumentWithFile(row),
  deduplicated: row.deduplicated
})
