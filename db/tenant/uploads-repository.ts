import type postgres from 'postgres'
import { statement } from '../client.js'
import { insertEvent } from '../event.js'
import { isRefusedStatement } from '../error-codes.js'
import { ANSWER_RETENTION } from '../idempotency-table.js'
import type { HeldKey } from './idempotency-repository.js'
import { documentWithFileColumns, toUploadAnswer, type UploadAnswer, type UploadAnswerRow } from './rows.js'
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
  charset: string | null
  userId: string
  /** The address that it was uploaded from. */
  ip: string
}

/** An upload whose bytes are known: the document it becomes, what it holds, and the key it is written under. */
export interface NewUpload {
  document: NewDocument
  content: ContentIdentity
  file: { id: string; s3Path: string }
}

/** What all uploads of one statement share. */
export interface UploadContext {
  tenantId: string
  /** What the tenant may hold where it has no limits of its own. */
  limits: UsageLimits
  /** The key that a request came with; answered by the statement that commits its document, which takes no other. */
  key?: HeldKey | undefined
}

export type UploadRepository = ReturnType<typeof createUploadRepository>

/**
 * The statements that turn uploaded bytes into documents, of one upload or of several that come together: then they
 * share the round trip, the triggers and the commit. Each is atomic and takes its locks in the order that all of ours
 * keep: idempotency key, pending object, file, document, usage; several files in the order of their content. Each throws
 * an error with the SQLSTATE of `SQLSTATE.quotaExceeded` when the document or the file would be too much for the tenant.
 * Where the server refuses what several uploads ask for, nothing was done and they have to come apart, so that none of
 * them makes others fail.
 */
export function createUploadRepository(sql: postgres.Sql, names: TenantTableNames) {
  const keys = names.idempotencyKeys
  const held =
    'mine.user_id = $5 and mine.operation = $6 and mine.key = $7 and mine.owner = $8 and mine.result is null'

  /** Verifying has found that the object is not there, or is not what was uploaded. */
  const broken = (file: string) => `coalesce(${file}.verification in ('damaged', 'missing'), false)`
  const sameContent = (one: string, other: string) =>
    ['md5_hash', 'sha256', 'file_size'].map((column) => `${one}.${column} = ${other}.${column}`).join(' and ')

  const uploaded = insertEvent(
    'document.uploaded',
    'answer',
    {
      tenantId: '$2',
      userId: 'user_id',
      data: {
        document_id: 'id',
        file_id: 'file_id',
        filename: 'filename',
        mime_type: 'mime_type',
        file_size: 'file__file_size',
        md5_hash: 'file__md5_hash',
        sha256: 'file__sha256',
        deduplicated: 'deduplicated',
        ip: '(select ip from ready where ready.id = answer.id)'
      }
    },
    names.outbox
  )
  const processing = (source: string, tenantId: string, userId?: string) =>
    insertEvent(
      'file.process',
      source,
      { tenantId, ...(userId && { userId }), data: { file_id: 'file.id' } },
      names.outbox
    )

  /** Two statements, with and without a key. With one, nothing happens unless the request still holds it. */
  const bothWays = (text: (keyed: boolean) => string) => ({
    plain: statement<UploadAnswerRow>(sql, `with ${input('')}, ${text(false)}`),
    keyed: statement<UploadAnswerRow>(
      sql,
      `with held as (select from ${keys} mine where ${held} for update),
       ${input('where exists (select from held)')}, ${text(true)}`
    )
  })

  // Typed like the columns, or their indexes would not be used. In the order in which files are locked.
  const input = (ifHeld: string) => `uploads as materialized (
      select * from jsonb_to_recordset($1::text::jsonb) as uploads (
        id uuid, filename text, mime_type text, charset text, user_id uuid, ip text,
        md5_hash char(32), sha256 char(64), file_size bigint, file_id uuid, s3_path text)
    ), ready as materialized (
      select * from uploads ${ifHeld} order by md5_hash, sha256, file_size
    )`

  /** Continues a statement that has a CTE `file`: the files with the `document_id` that each is for. */
  const documentOf = (keyed: boolean) => {
    const answered = `, answered as (
      update ${keys} mine set result = to_jsonb(answer), fingerprint = $9, expires_at = now() + make_interval(secs => $10)
      from answer where ${held}
    )`
    // The limits of the settings travel with the statement, to the triggers that count at its end.
    return `
    limits as (
      select set_config('strongroom.max_documents', $3, true), set_config('strongroom.max_bytes', $4, true)
    ), document as (
      insert into ${names.documents} (id, filename, mime_type, charset, file_id, user_id, created_by)
      select ready.id, ready.filename, ready.mime_type, ready.charset, file.id, ready.user_id, ready.user_id
      from ready join file on file.document_id = ready.id, limits
      returning *
    ), answer as (
      select ${documentWithFileColumns('document', 'file')}, file.deduplicated
      from document join file on file.document_id = document.id
    ), event as (${uploaded})${keyed ? answered : ''}
    select * from answer`
  }

  // FOR KEY SHARE waits for whoever is deleting the file and then finds nothing, never half of it.
  const attachOrReserve = bothWays(
    (keyed) => `file as (
       select ready.id as document_id, true as deduplicated, found.* from ready, lateral (
         select * from ${names.files} files where ${sameContent('files', 'ready')} and not ${broken('files')}
         for key share
       ) found
     ), reserved as (
       insert into ${names.pendingObjects} (s3_path, state, deadline)
       select s3_path, 'upload', now() + make_interval(secs => ${keyed ? '$11' : '$5'}) from uploads
       where id not in (select document_id from file)
     ), ${documentOf(keyed)}`
  )

  // ON CONFLICT DO UPDATE returns the row that is there already, where DO NOTHING would return none. It
  // touches no key column, so that it does not wait for the foreign keys of other documents.
  const commit = bothWays(
    (keyed) => `claimed as (
       select ready.* from ready, lateral (
         select from ${names.pendingObjects} pending
         where pending.s3_path = ready.s3_path and state = 'upload' and deadline > now() for update
       ) reservation
     ), stored as (
       insert into ${names.files} as files (id, md5_hash, sha256, file_size, s3_path, created_by)
       select distinct on (md5_hash, sha256, file_size) file_id, md5_hash, sha256, file_size, s3_path, user_id
       from claimed order by md5_hash, sha256, file_size
       on conflict (md5_hash, sha256, file_size) do update set updated_at = files.updated_at
       returning *
     ), file as (
       select claimed.id as document_id, claimed.s3_path as written,
         stored.s3_path <> claimed.s3_path as deduplicated, stored.*
       from claimed join stored on ${sameContent('stored', 'claimed')}
     ), kept as (
       delete from ${names.pendingObjects} where s3_path = any(array(select written from file where not deduplicated))
     ), dropped as (
       update ${names.pendingObjects} set state = 'delete', deadline = now()
       where s3_path = any(array(select written from file where deduplicated and not ${broken('file')}))
     ), processing as (${processing('file where not deduplicated', '$2', 'created_by')}), ${documentOf(keyed)}`
  )

  // The new object takes the place of one that is lost or damaged, whose key is handed over to be removed.
  const mend = statement<{ id: string }>(
    sql,
    `with claimed as (
       select s3_path from ${names.pendingObjects}
       where s3_path = $2 and state = 'upload' and deadline > now() for update
     ), old as (
       select files.id, files.s3_path from ${names.files} files, claimed
       where files.id = $1 and ${broken('files')} for update of files
     ), file as (
       update ${names.files} files set s3_path = $2, verification = null, verified_at = null, updated_at = now()
       from old where files.id = old.id returning files.id
     ), kept as (
       delete from ${names.pendingObjects} pending using file where pending.s3_path = $2
     ), dropped as (
       insert into ${names.pendingObjects} (s3_path, state, deadline) select old.s3_path, 'delete', now() from old, file
     ), processing as (${processing('file', '$3')})
     select id from file`
  )

  async function run(
    { plain, keyed }: typeof commit,
    uploads: readonly NewUpload[],
    { tenantId, limits, key }: UploadContext,
    ...rest: number[]
  ): Promise<(UploadAnswer | null)[] | 'apart'> {
    const parameters = [
      JSON.stringify(uploads.map(toRow)),
      ...[tenantId, String(limits.documents ?? ''), String(limits.bytes ?? '')]
    ]
    const held = key && [key.userId, key.operation, key.key, key.owner, key.fingerprint, ANSWER_RETENTION]
    if (held !== undefined && uploads.length > 1) throw new Error('An idempotency key belongs to one upload')
    try {
      const rows = await (held ? keyed(...parameters, ...held, ...rest) : plain(...parameters, ...rest))
      const byId = new Map(rows.map((row) => [row.id, row]))
      return uploads.map(({ document }) => {
        const row = byId.get(document.id)
        return row ? toUploadAnswer(row) : null
      })
    } catch (error) {
      if (uploads.length > 1 && isRefusedStatement(error)) return 'apart'
      throw error
    }
  }

  return {
    /**
     * Adds documents for contents that are stored already. Where one is not, null: then its key is reserved
     * for `ttl` seconds, as by `PendingObjectRepository.reserve`.
     */
    attachOrReserve(
      uploads: readonly NewUpload[],
      context: UploadContext,
      ttl: number
    ): Promise<(UploadAnswer | null)[] | 'apart'> {
      return run(attachOrReserve, uploads, context, ttl)
    },
    /**
     * Adds documents for the objects just written under the keys of `uploads`. Where equal content is stored already,
     * the document gets that file, and the object is marked for deletion (`deduplicated`), unless the stored bytes are
     * known to be lost or damaged: then the object stays reserved, for `mend`. Null when the
     * reservation of the key has run out, or the request lost its Idempotency-Key: then nothing was changed.
     */
    commit(
      uploads: readonly NewUpload[],
      context: UploadContext
    ): Promise<(UploadAnswer | null)[] | 'apart'> {
      return run(commit, uploads, context)
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

const toRow = ({ document, content, file }: NewUpload) => ({
  id: document.id,
  // A lone surrogate becomes U+FFFD, as in a parameter that is text; jsonb would refuse it.
  filename: Buffer.from(document.filename).toString(),
  mime_type: document.mimeType,
  charset: document.charset,
  user_id: document.userId,
  ip: document.ip,
  md5_hash: content.md5Hash,
  sha256: content.sha256,
  file_size: content.fileSize,
  file_id: file.id,
  s3_path: file.s3Path
})
