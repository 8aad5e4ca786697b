import type postgres from 'postgres'
import { statement } from '../client.js'
import { ANSWER_RETENTION } from '../idempotency-table.js'
import type { HeldKey } from './idempotency-repository.js'
import {
  documentWithFileColumns,
  toDocumentWithFile,
  type DocumentWithFile,
  type DocumentWithFileRow
} from './rows.js'
import type { TenantTableNames } from './table-names.js'
import type { UsageLimits } from './usage-repository.js'

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
  /** What the tenant may hold where it has no limits of its own. */
  limits: UsageLimits
  /** The key that the request came with; answered by the statement that commits the document. */
  key?: HeldKey | undefined
}

export type UploadRepository = ReturnType<typeof createUploadRepository>

/**
 * The statements that turn uploaded bytes into a document. Each is atomic and takes its locks in the order
 * that all of ours keep: idempotency key, pending object, file, document, usage. Each throws an error with the
 * SQLSTATE of `SQLSTATE.quotaExceeded` when the document or the file would be too much for the tenant.
 */
export function createUploadRepository(sql: postgres.Sql, names: TenantTableNames) {
  const keys = names.idempotencyKeys
  const held = `mine.user_id = $4 and mine.operation = $13 and mine.key = $14 and mine.owner = $15
    and mine.result is null`

  /** Verifying has found that the object is not there, or is not what was uploaded. */
  const broken = `coalesce(files.verification in ('damaged', 'missing'), false)`

  /** Two statements, with and without a key. With one, nothing happens unless the request still holds it. */
  const bothWays = (text: (keyed: boolean) => string) => ({
    plain: statement<DocumentWithFileRow & { deduplicated: boolean }>(sql, `with ${text(false)}`),
    keyed: statement<DocumentWithFileRow & { deduplicated: boolean }>(
      sql,
      `with held as (select from ${keys} mine where ${held} for update), ${text(true)}`
    )
  })
  const ifHeld = (keyed: boolean) => (keyed ? 'and exists (select from held)' : '')

  /** Continues a statement that has a CTE `file`: $1–$5 are the document, `deduplicated` is SQL. */
  const documentOf = (deduplicated: string, keyed: boolean) => {
    const columns = `${documentWithFileColumns('document', 'file')}, ${deduplicated} as deduplicated`
    const answered = `, answered as (
      update ${keys} mine set result = to_jsonb(answer), fingerprint = $16, expires_at = now() + make_interval(secs => $17)
      from (select ${columns} from document, file) answer where ${held}
    )`
    // The limits of the settings travel with the statement, to the triggers that count at its end.
    return `
    limits as (
      select set_config('strongroom.max_documents', $11, true), set_config('strongroom.max_bytes', $12, true)
    ), document as (
      insert into ${names.documents} (id, filename, mime_type, file_id, user_id, created_by)
      select $1::uuid, $2, $3, file.id, $4::uuid, $4::uuid from file, limits
      returning *
    ), event as (
      insert into ${names.outbox} (event_type, tenant_id, user_id, data)
      select 'document.uploaded', $5::uuid, document.user_id, jsonb_build_object(
        'document_id', document.id, 'file_id', file.id, 'filename', document.filename,
        'mime_type', document.mime_type, 'file_size', file.file_size, 'md5_hash', file.md5_hash,
        'sha256', file.sha256, 'deduplicated', ${deduplicated})
      from document, file
    )${keyed ? answered : ''}
    select ${columns} from document, file`
  }

  // FOR KEY SHARE waits for whoever is deleting the file and then finds nothing, never half of it.
  const attachOrReserve = bothWays(
    (keyed) => `file as (
       select * from ${names.files} files where md5_hash = $6 and sha256 = $7 and file_size = $8 and not ${broken} ${ifHeld(keyed)}
       for key share
     ), reserved as (
       insert into ${names.pendingObjects} (s3_path, state, deadline)
       select $9, 'upload', now() + make_interval(secs => $10) where not exists (select from file)
     ), ${documentOf('true', keyed)}`
  )

  // ON CONFLICT DO UPDATE returns the row that is there already, where DO NOTHING would return none. It
  // touches no key column, so that it does not wait for the foreign keys of other documents.
  const commit = bothWays(
    (keyed) => `claimed as (
       select s3_path from ${names.pendingObjects}
       where s3_path = $9 and state = 'upload' and deadline > now() ${ifHeld(keyed)} for update
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
       where pending.s3_path = $9 and file.s3_path <> $9 and not ${broken.replace('files', 'file')}
     ), processing as (
       insert into ${names.outbox} (event_type, tenant_id, user_id, data)
       select 'file.process', $5::uuid, $4::uuid, jsonb_build_object('file_id', file.id) from file where file.s3_path = $9
     ), ${documentOf('file.s3_path <> $9', keyed)}`
  )

  // The new object takes the place of one that is lost or damaged, whose key is handed over to be removed.
  const mend = statement<{ id: string }>(
    sql,
    `with claimed as (
       select s3_path from ${names.pendingObjects}
       where s3_path = $2 and state = 'upload' and deadline > now() for update
     ), old as (
       select files.id, files.s3_path from ${names.files} files, claimed where files.id = $1 and ${broken} for update of files
     ), file as (
       update ${names.files} files set s3_path = $2, verification = null, verified_at = null, updated_at = now()
       from old where files.id = old.id returning files.id
     ), kept as (
       delete from ${names.pendingObjects} pending using file where pending.s3_path = $2
     ), dropped as (
       insert into ${names.pendingObjects} (s3_path, state, deadline) select old.s3_path, 'delete', now() from old, file
     ), processing as (
       insert into ${names.outbox} (event_type, tenant_id, data)
       select 'file.process', $3::uuid, jsonb_build_object('file_id', file.id) from file
     )
     select id from file`
  )

  async function run(
    { plain, keyed }: typeof commit,
    document: NewDocument,
    content: ContentIdentity,
    s3Path: string,
    tenth: string | number
  ) {
    const { limits, key } = document
    const parameters = [
      ...[document.id, document.filename, document.mimeType, document.userId, document.tenantId],
      ...[content.md5Hash, content.sha256, content.fileSize, s3Path, tenth],
      ...[String(limits.documents ?? ''), String(limits.bytes ?? '')]
    ]
    const [row] = await (key === undefined
      ? plain(...parameters)
      : keyed(...parameters, key.operation, key.key, key.owner, key.fingerprint, ANSWER_RETENTION))
    return row ? { document: toDocumentWithFile(row), deduplicated: row.deduplicated } : null
  }

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
      const attached = await run(attachOrReserve, document, content, s3Path, ttl)
      return attached?.document ?? null
    },
    /**
     * Adds a document for the object just written under `s3Path`. Where equal content is stored already, the
     * document gets that file, and the object is marked for deletion (`deduplicated`), unless the stored bytes are
     * known to be lost or damaged: then the object stays reserved, for `mend`. Null when the
     * reservation of the key has run out, or the request lost its Idempotency-Key: then nothing was changed.
     */
    async commit(
      document: NewDocument,
      content: ContentIdentity,
      file: { id: string; s3Path: string }
    ): Promise<{ document: DocumentWithFile; deduplicated: boolean } | null> {
      return run(commit, document, content, file.s3Path, file.id)
    },
    /**
     * Gives a file whose bytes are lost or damaged the object under `s3Path`, which is reserved and holds the same
     * content. False when that is not needed, or the reservation has run out: then nothing was changed.
     */
    async mend(fileId: string, s3Path: string, tenantId: string): Promise<boolean> {
      return (await mend(fileId, s3Path, tenantId)).length > 0
    }
  }
}
