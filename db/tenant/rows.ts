/** A document as the API shows it, and the charset under which its content is sent. */
export interface Document {
  id: string
  filename: string
  mime_type: string
  charset: string | null
  file_id: string
  user_id: string
  created_at: string
  updated_at: string
}

/** Whether the storage holds what was uploaded: the same bytes, others, or nothing. */
export type Verification = 'intact' | 'damaged' | 'missing'

/** A file as the API shows it. */
export interface File {
  id: string
  md5_hash: string
  sha256: string
  file_size: number
  s3_path: string
  /** When the worker last read the whole object, and what it found. */
  verified_at: string | null
  verification: Verification | null
  /** What the content looks like, whatever the documents call it. */
  detected_type: string | null
  created_at: string
  updated_at: string
}

export interface DocumentWithFile extends Document {
  file: File
}

type Prefixed = Document & { [Column in keyof File as `file__${Column}`]: File[Column] }

export const DOCUMENT_COLUMNS = [
  'id',
  'filename',
  'mime_type',
  'charset',
  'file_id',
  'user_id',
  'created_at',
  'updated_at'
] as const
export const FILE_COLUMNS = [
  'id',
  'md5_hash',
  'sha256',
  'file_size',
  's3_path',
  'verified_at',
  'verification',
  'detected_type',
  'created_at',
  'updated_at'
] as const

/** The select list of a table or alias that holds documents. */
export const documentColumns = (alias: string) =>
  DOCUMENT_COLUMNS.map((column) => `${alias}.${column}`).join(', ')

/** The select list of a table or alias that holds files. */
export const fileColumns = (alias: string) => FILE_COLUMNS.map((column) => `${alias}.${column}`).join(', ')

/** The select list of a document joined with its file; `toDocumentWithFile` reads such a row. */
export const documentWithFileColumns = (document: string, file: string) =>
  `${documentColumns(document)}, ${FILE_COLUMNS.map((column) => `${file}.${column} as file__${column}`).join(', ')}`

export type DocumentWithFileRow = Prefixed

export function toDocumentWithFile(row: DocumentWithFileRow): DocumentWithFile {
  return {
    id: row.id,
    filename: row.filename,
    mime_type: row.mime_type,
    charset: row.charset,
    file_id: row.file_id,
    user_id: row.user_id,
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
      created_at: row.file__created_at,
      updated_at: row.file__updated_at
    }
  }
}

/** What an upload is answered with. */
export interface UploadAnswer extends DocumentWithFile {
  /** True when the tenant had the same content already, so that nothing was kept twice. */
  deduplicated: boolean
}

export type UploadAnswerRow = DocumentWithFileRow & { deduplicated: boolean }

export const toUploadAnswer = (row: UploadAnswerRow): UploadAnswer => ({
  ...toDocumentWithFile(row),
  deduplicated: row.deduplicated
})
