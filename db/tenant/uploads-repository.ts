import type postgres from 'postgres'
import { statement } from '../client.js'
import {
  documentWithFileColumns,
  toDocumentWithFile,
  type DocumentWithFile,
  type DocumentWithFileRow
} from './rows.js'
import type { TenantTableNames } from './table-names.js'

/** What makes two files the same. */
export interface ContentIdentity {
  md5Hash: string
  sha256: string
  fileSize: number
}

export interface NewDocument {
  id: string
  filename: string
  mimeType: string
  userId: string
  tenantId: string
}

export type UploadRepository = ReturnType<typeof createUploadRepository>

/**
 * The statements that turn uploaded bytes into a document. Each is atomic and takes its locks in the order
 * that all of ours keep: pending object, file, document.
 */
export function createUploadRepository(sql: postgres.Sql, names: TenantTableNames) {
  /** Continues a statement that has a CTE `file`: $1–$5 are the document, `deduplicated` is SQL. */
  const documentOf = (deduplicated: string) => `
    document as (
      insert into ${names.documents} (id, filename, mime_type, file_id, user_id, created_by)
      select $1::uuid, $2, $3, file.id, $4::uuid, $4::uuid from file
      returning *
    ), event as (
      insert into ${names.outbox} (event_type, tenant_id, user_id, data)
      select 'document.uploaded', $5::uuid, document.user_id, jsonb_build_object(
        'document_id', document.id, 'file_id', file.id, 'filename', document.filename,
        'mime_type', document.mime_type, 'file_size', file.file_size, 'md5_hash', file.md5_hash,
        'sha256', file.sha256, 'deduplicated', ${deduplicated})
      from document, file
    )
    select ${documentWithFileColumns('document', 'file')}, ${deduplicated} as deduplicated from document, file`

  // FOR KEY SHARE waits for whoever is deleting the file and then finds nothing, never half of it.
  const attachOrReserve = statement<DocumentWithFileRow>(
    sql,
    `with file as (
       select * from ${names.files} where md5_hash = $6 and sha256 = $7 and file_size = $8 for key share
     ), reserved as (
       insert into ${names.pendingObjects} (s3_path, state, deadline)
       select $9, 'upload', now() + make_interval(secs => $10) where not exists (select from file)
     ), ${documentOf('true')}`
  )

  // ON CONFLICT DO UPDATE returns the row that is there already, where DO NOTHING would return none. It
  // touches no key column, so that it does not wait for the foreign keys of other documents.
  const commit = statement<DocumentWithFileRow & { deduplicated: boolean }>(
    sql,
    `with claimed as (
       select s3_path from ${names.pendingObjects}
       where s3_path = $9 and state = 'upload' and deadline > now() for update
     ), file as (
       insert into ${names.files} as files (id, md5_hash, sha256, file_size, s3_path, created_by)
       select $10::uuid, $6, $7, $8, claimed.s3_path, $4::uuid from claimed
       on conflict (md5_hash, sha256, file_size) do update set updated_at = files.updated_at
       returning *
     ), kept as (
       delete from ${names.pendingObjects} pending using file
       where pending.s3_path = $9 and file.s3_path = $9
     ), dropped as (
       update ${names.pendingObjects} pending set state = 'delete', deadline = now() from file
       where pending.s3_path = $9 and file.s3_path <> $9
     ), ${documentOf('file.s3_path <> $9')}`
  )

  const parameters = (document: NewDocument, content: ContentIdentity) =>
    [
      document.id,
      document.filename,
      document.mimeType,
      document.userId,
      document.tenantId,
      content.md5Hash,
      content.sha256,
      content.fileSize
    ] as const

  return {
    /**
     * Adds a document for content that is stored already. Where it is not, null: then `s3Path` is reserved
     * for `ttl` seconds, as by `PendingObjectRepository.reserve`.
     */
    async attachOrReserve(
      document: NewDocument,
      content: ContentIdentity,
      s3Path: string,
      ttl: number
    ): Promise<DocumentWithFile | null> {
      const [row] = await attachOrReserve(...parameters(document, content), s3Path, ttl)
      return row ? toDocumentWithFile(row) : null
    },
    /**
     * Adds a document for the object just written under `s3Path`. Where equal content is stored already, the
     * document gets that file, and the object is marked for deletion (`deduplicated`). Null when the
     * reservation of the key has run out: then nothing was changed.
     */
    async commit(
      document: NewDocument,
      content: ContentIdentity,
      file: { id: string; s3Path: string }
    ): Promise<{ document: DocumentWithFile; deduplicated: boolean } | null> {
      const [row] = await commit(...parameters(document, content), file.s3Path, file.id)
      return row ? { document: toDocumentWithFile(row), deduplicated: row.deduplicated } : null
    }
  }
}
