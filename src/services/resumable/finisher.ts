import { randomUUID } from 'node:crypto'
import { LEASE_SECONDS, underLease } from '../../../core/concurrency/renewed-lease.js'
import { AppError, type ErrorCode } from '../../../core/errors.js'
import { NO_OWN_DATA } from '../../../core/own-data.js'
import type { UploadAnswer } from '../../../db/tenant/rows.js'
import type { UploadSession } from '../../../db/tenant/upload-sessions-repository.js'
import type { ContentIdentity, NewUpload } from '../../../db/tenant/uploads-repository.js'
import type { UsageLimits } from '../../../db/tenant/usage-repository.js'
import type { Hashing } from '../../../plugins/hashing/hashing.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import type { ObjectRemoval } from '../files/object-removal.js'
import { removeStray } from '../files/remove-stray.js'
import { refusingOwnData } from '../documents/own-data-refusals.js'
import { readObject, type ReadContent } from '../files/read-content.js'
import { chooseMimeType, detectType } from '../uploads/mime-type.js'
import { settleDuplicate } from '../uploads/settle-duplicate.js'
import type { UploadCounts } from '../uploads/upload-counts.js'
import { repairOf } from '../uploads/upload-statements.js'

/** Errors that a retry cannot cure: the upload has failed, and its bytes are removed. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'CHECKSUM_MISMATCH',
  'QUOTA_EXCEEDED',
  'EXTERNAL_ID_TAKEN',
  'INSUFFICIENT_ROLE',
  'UPLOAD_INTERRUPTED'
])

/** Days after its creation from which an upload that could not be finished is given up: it arrived in six at most. */
const GIVEN_UP_DAYS = 7
/** A failed attempt is followed by a pause this many times as long, since the attempt may have read a large object. */
const PAUSE_FACTOR = 10
/** Maximum seconds of such a pause: well below the hour for which the object stays reserved. */
const LONGEST_PAUSE = 1_800

export interface FinisherDependencies {
  router: Router
  change: Change
  storage: StorageOfTenants
  hashing: Hashing
  removal: ObjectRemoval
  /** Limits of a tenant that has none of its own. */
  limits: UsageLimits
  counts: UploadCounts
  now?: () => number
}

export interface Finishing {
  /**
   * Throws if the document may not be created: INSUFFICIENT_ROLE if it never may, anything else if it may later. Called
   * before the bytes are read, and again right before the commit.
   */
  mayCommit: (session: UploadSession) => Promise<void>
  /** What the process that received all bytes knows about them; without it, the object is read back. */
  known?: ReadContent | undefined
}

export type Finisher = ReturnType<typeof createFinisher>

/**
 * Makes documents from complete uploads. The process leases the session, so that only one finishes an upload; after a
 * failure, another can repeat all steps from the start. Unless the hashes of the bytes are known, the object is read
 * back, which also verifies it.
 */
export function createFinisher(dependencies: FinisherDependencies) {
  const { router, change, storage, hashing, removal, limits, counts, now = Date.now } = dependencies
  const repair = repairOf(change)

  async function publish(tenant: TenantRef, session: UploadSession, length: number): Promise<void> {
    const { pieces } = storage.of(tenant)
    const { s3_path: key, multipart_id: id, part_size: partSize, unclean } = session
    if (pieces.kind === 'file') return pieces.publish(key, length, !unclean)
    if (id === null) throw new AppError('UPLOAD_INTERRUPTED')
    return pieces.complete(key, id, length, partSize)
  }

  async function readBack(tenant: TenantRef, key: string, signal: AbortSignal): Promise<ReadContent> {
    const read = await readObject(storage.of(tenant), key, hashing, signal)
    if (read === null) throw new AppError('UPLOAD_INTERRUPTED')
    return read
  }

  async function makeDocument(
    tenant: TenantRef,
    session: UploadSession,
    owner: string,
    { mayCommit, known }: Finishing,
    signal: AbortSignal
  ): Promise<UploadAnswer | null> {
    const { s3_path: key, upload_length: length } = session
    if (length === null) throw new Error('An upload without a length is not complete')
    if (now() > Date.parse(session.created_at) + GIVEN_UP_DAYS * 86_400_000)
      throw new AppError('UPLOAD_INTERRUPTED')
    await mayCommit(session)
    await publish(tenant, session, length)
    const trusted = session.unclean ? undefined : known
    const { content, head } = trusted ?? (await readBack(tenant, key, signal))
    if (content.fileSize !== length) throw new AppError('UPLOAD_INTERRUPTED')
    refuseOther(session, content)
    const { user_id: userId, ip, on_behalf_of: onBehalfOf, filename, charset } = session
    const said = { field: session.mime_type ?? undefined, contentType: undefined, head, filename }
    const upload: NewUpload = {
      document: {
        ...{ id: randomUUID(), filename, charset, userId, ip, onBehalfOf },
        mimeType: await chooseMimeType(said),
        ownData: session.own_data ?? NO_OWN_DATA
      },
      content,
      file: { id: session.id, key },
      ...(trusted === undefined && { verified: { detectedType: await detectType(head) } })
    }
    await mayCommit(session)
    signal.throwIfAborted()
    const committed = await refusingOwnData(router, tenant, upload.document.ownData.external_id, () =>
      change(tenant, (store) => store.uploads.commitSession(upload, owner, { tenantId: tenant.id, limits }))
    )
    if (committed.outcome === 'no room') throw new AppError('QUOTA_EXCEEDED')
    if (committed.outcome === 'lost') {
      await removeStray(dependencies, tenant, key)
      return null
    }
    const { document } = committed
    if (document.deduplicated)
      await settleDuplicate({ removal, statements: { repair } }, tenant, key, document.file)
    return document
  }

  /**
   * Ends the work under the lease. A final error fails the upload; after any other, the upload can be leased again.
   * @param pause seconds until then
   */
  async function giveUp(
    tenant: TenantRef,
    session: UploadSession,
    owner: string,
    { error, pause }: { error: unknown; pause: number }
  ): Promise<void> {
    const code = finalCode(error)
    const ended = await router.withTenant(tenant, async ({ uploadSessions }) => {
      if (code !== undefined) return uploadSessions.fail(session.id, owner, code)
      if (pause > 0) return uploadSessions.renew(session.id, owner, pause)
      await uploadSessions.endLease(session.id, owner)
      return undefined
    })
    if (ended?.outcome !== 'failed' || code === undefined)
      return removeStray(dependencies, tenant, session.s3_path)
    counts.refused(code)
    await removal.abandon(tenant, session.s3_path, 'in parts')
  }

  return {
    /**
     * Finishes a complete upload.
     * @param stop aborts the long steps; another process can then take over
     * @returns null if the upload is not complete, or another process is finishing or has finished it
     * @throws {AppError} CHECKSUM_MISMATCH, QUOTA_EXCEEDED, EXTERNAL_ID_TAKEN, INSUFFICIENT_ROLE, UPLOAD_INTERRUPTED: the
     * upload has failed. After any other error it can be tried again
     */
    async finish(
      { id: tenantId, database_name, server }: TenantRef,
      id: string,
      finishing: Finishing,
      stop?: AbortSignal
    ): Promise<UploadAnswer | null> {
      const tenant = { id: tenantId, database_name, server }
      const owner = randomUUID()
      const session = await router.withTenant(tenant, (store) =>
        store.uploadSessions.lease(id, owner, LEASE_SECONDS)
      )
      if (session === null) return null
      const began = now()
      const renew = () =>
        router.withTenant(tenant, (store) => store.uploadSessions.renew(id, owner, LEASE_SECONDS))
      try {
        const document = await underLease(
          renew,
          (signal) => makeDocument(tenant, session, owner, finishing, signal),
          stop
        )
        if (document !== null) counts.made(document)
        return document
      } catch (error) {
        const pause = Math.min(Math.ceil((PAUSE_FACTOR * (now() - began)) / 1000), LONGEST_PAUSE)
        await giveUp(tenant, session, owner, { error, pause: stop?.aborted === true ? 0 : pause })
        throw error
      }
    }
  }
}

function finalCode(error: unknown): ErrorCode | undefined {
  return error instanceof AppError && FINAL.has(error.code) ? error.code : undefined
}

/** @throws {AppError} CHECKSUM_MISMATCH if the content is not what its client declared */
function refuseOther({ md5, sha256 }: UploadSession, content: ContentIdentity): void {
  const isOther =
    (md5 ?? content.md5Hash) !== content.md5Hash || (sha256 ?? content.sha256) !== content.sha256
  if (isOther) throw new AppError('CHECKSUM_MISMATCH')
}
