import type { OwnData } from '../../core/own-data.js'
import { codeOf, isRefusedStatement, SQLSTATE } from '../error-codes.js'
import type { Client } from '../statement.js'
import type { HeldKey } from './idempotency-repository.js'
import { toUploadAnswer, type UploadAnswer } from './rows.js'
import type { TenantTables } from './schema.js'
import { defineUploadStatements, type uploads } from './upload-statements.js'
import type { UsageLimits } from './usage-repository.js'

/** Two files with equal values are the same file. */
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
  /** The IP address of the uploader. */
  ip: string
  onBehalfOf: string | null
  ownData: OwnData
}

/** An upload whose bytes are known: the new document, its content, and the key of the object. */
export interface NewUpload {
  document: NewDocument
  content: ContentIdentity
  file: { id: string; key: string }
  /** Set if the object was read back and matches `content`; otherwise the worker verifies it later. */
  verified?: { detectedType: string | null }
}

/** The context that all uploads in one statement share. */
export interface UploadContext {
  tenantId: string
  /** The limits of tenants that have none of their own. */
  limits: UsageLimits
  /**
   * The request's Idempotency-Key, answered by the statement that commits its document; that statement then takes only
   * one upload.
   */
  key?: HeldKey | undefined
}

/** The outcomes of several uploads, in their order. */
export type UploadOutcomes<Outcome> =
  | { outcome: 'done'; each: Outcome[] }
  /** The server refused the statement for several uploads and changed nothing; submit each upload separately. */
  | { outcome: 'refused' }

export type Attachment = { outcome: 'attached'; document: UploadAnswer } | { outcome: 'reserved' }

export type Commit =
  | { outcome: 'committed'; document: UploadAnswer }
  /** The reservation of the key has expired, or the request lost its Idempotency-Key: nothing was changed. */
  | { outcome: 'lost' }

export type Repair = { outcome: 'repaired' | 'not needed' }

export type UploadRepository = ReturnType<ReturnType<typeof defineUploadRepository>>

/**
 * Turns uploaded bytes into documents, for one upload or for several, which then share the round trip, the triggers and
 * the commit. Each statement is atomic and takes locks in the order common to all our statements: idempotency key,
 * pending object, file, document, usage; several files in the order of their content. It throws an error with
 * `SQLSTATE.quotaExceeded` if the document or the file would exceed the tenant's limits. If the server refuses a
 * statement for several uploads, nothing was changed, and the caller must submit them separately, so that a bad one
 * does not fail the others.
 */
export function defineUploadRepository(tables: TenantTables) {
  const { attachOrReserve, commit, commitSession, repair } = defineUploadStatements(tables)

  async function run<Outcome>(
    { plain, keyed }: typeof commit,
    client: Client,
    all: readonly NewUpload[],
    { tenantId, limits, key }: UploadContext,
    { seconds, outcomeOf }: { seconds: number; outcomeOf: (document: UploadAnswer | null) => Outcome }
  ): Promise<UploadOutcomes<Outcome>> {
    if (key !== undefined && all.length > 1) throw new Error('An idempotency key belongs to one upload')
    const given = toGiven(all, { tenantId, limits }, seconds)
    try {
      const rows = await (key === undefined ? plain(client, given) : keyed(client, { ...given, ...key }))
      const byId = new Map(rows.map((row) => [row.id, row]))
      const each = all.map(({ document: { id } }) => {
        const row = byId.get(id)
        return outcomeOf(row === undefined ? null : toUploadAnswer(row))
      })
      return { outcome: 'done', each }
    } catch (error) {
      if (all.length > 1 && isRefusedStatement(error)) return { outcome: 'refused' }
      throw error
    }
  }

  return (client: Client) => ({
    /**
     * Adds documents for contents that are already stored. For a content that is not, reserves its key for `seconds`,
     * like `PendingObjectRepository.reserve`.
     */
    attachOrReserve: (
      all: readonly NewUpload[],
      context: UploadContext,
      seconds: number
    ): Promise<UploadOutcomes<Attachment>> =>
      run(attachOrReserve, client, all, context, {
        seconds,
        outcomeOf: (document) => (document ? { outcome: 'attached', document } : { outcome: 'reserved' })
      }),
    /**
     * Adds documents for the objects just written under the keys of `all`. If equal content is already stored, the
     * document gets that file and the new object is marked for removal (`deduplicated`). If the stored bytes are known
     * to be missing or damaged, the new object stays reserved, for `repair`.
     */
    commit: (all: readonly NewUpload[], context: UploadContext): Promise<UploadOutcomes<Commit>> =>
      run(commit, client, all, context, {
        seconds: 0,
        outcomeOf: (document) => (document ? { outcome: 'committed', document } : { outcome: 'lost' })
      }),
    /**
     * Like `commit`, for the object of an upload session, which it also ends; only while `leaseOwner` holds the
     * session's lease. `lost`: another process holds it, or the session has expired; `no room`: the tenant's limits do
     * not allow it.
     */
    async commitSession(
      upload: NewUpload,
      leaseOwner: string,
      context: Omit<UploadContext, 'key'>
    ): Promise<Commit | { outcome: 'no room' }> {
      try {
        const [row] = await commitSession(client, { ...toGiven([upload], context, 0), leaseOwner })
        return row === undefined
          ? { outcome: 'lost' }
          : { outcome: 'committed', document: toUploadAnswer(row) }
      } catch (error) {
        if (codeOf(error) === SQLSTATE.quotaExceeded) return { outcome: 'no room' }
        throw error
      }
    },
    /**
     * Replaces the missing or damaged object of a file with the one under `key`, which is reserved and has the same
     * content. Changes nothing if that is not needed, or the reservation has expired.
     */
    async repair(fileId: string, key: string, tenantId: string): Promise<Repair> {
      const { length } = await repair(client, { fileId, key, tenantId })
      return { outcome: length > 0 ? 'repaired' : 'not needed' }
    }
  })
}

const toGiven = (
  all: readonly NewUpload[],
  { tenantId, limits }: Omit<UploadContext, 'key'>,
  seconds: number
) => ({
  ...{ uploads: JSON.stringify(all.map(toRow)), tenantId, seconds },
  ...{ maxDocuments: String(limits.documents ?? ''), maxBytes: String(limits.bytes ?? '') }
})

const toRow = ({ document, content, file, verified }: NewUpload): typeof uploads.$inferSelect => ({
  id: document.id,
  // Replaces a lone surrogate with U+FFFD, as happens in a text parameter; jsonb would refuse it.
  filename: Buffer.from(document.filename).toString(),
  mime_type: document.mimeType,
  charset: document.charset,
  user_id: document.userId,
  ip: document.ip,
  on_behalf_of: document.onBehalfOf,
  ...document.ownData,
  md5_hash: content.md5Hash,
  sha256: content.sha256,
  file_size: content.fileSize,
  file_id: file.id,
  s3_path: file.key,
  verified: verified !== undefined,
  detected_type: verified?.detectedType ?? null
})
