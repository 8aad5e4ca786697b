import { createHash } from 'node:crypto'
import type { SessionKind } from '../../../db/tenant/schema.js'
import type { SessionLimits } from '../../../db/tenant/upload-sessions-repository.js'
import type { UsageLimits } from '../../../db/tenant/usage-repository.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { AppError } from '../../../core/errors.js'
import type { OwnData } from '../../../core/own-data.js'
import { externalIdTaken } from '../documents/own-data-refusals.js'
import { fileTooLarge } from '../uploads/incoming-bytes.js'
import { newFile } from '../uploads/new-file.js'
import { partSizeFor } from './part-size.js'

/** Seconds after which a client may retry a refused creation: by then, another upload may have ended. */
const RETRY_AFTER = 60
const TOO_MANY_OPEN = 'Too many uploads are open; finish or delete one of them first'

/** A client's request for an upload, validated. */
export interface NewResumableUpload {
  kind: SessionKind
  userId: string
  ip: string
  /** The user of a calling product for whom a service account acts. */
  onBehalfOf: string | null
  /** Bytes; null if they are declared later. */
  length: number | null
  /** Upload-Metadata as it was sent. */
  metadata: string | null
  filename: string
  mimeType: string | null
  charset: string | null
  md5: string | null
  sha256: string | null
  /** Own data for the document that the upload becomes. */
  ownData: OwnData
  /** The Idempotency-Key: for a day, a repeated creation returns the same upload. */
  key?: string | undefined
}

export interface UploadCreationDependencies {
  router: Router
  change: Change
  /** Limits of a tenant that has none of its own. */
  limits: UsageLimits
  maxBytes: number
  sessions: Omit<SessionLimits, 'usage'>
}

/** Creates resumable and direct uploads. */
export function createUploadCreation(dependencies: UploadCreationDependencies) {
  const { router, change, limits, maxBytes, sessions } = dependencies

  /**
   * @throws {AppError} EMPTY_FILE, FILE_TOO_LARGE, QUOTA_EXCEEDED, EXTERNAL_ID_TAKEN, IDEMPOTENCY_MISMATCH; UPLOADS_BUSY
   * if too many uploads are open
   */
  return async (tenant: TenantRef, request: NewResumableUpload) => {
    const { kind, userId, ip, onBehalfOf, length, metadata } = request
    const { filename, mimeType, charset, md5, sha256, ownData, key } = request
    if (length === 0) throw new AppError('EMPTY_FILE')
    if (length !== null && length > maxBytes) throw fileTooLarge(maxBytes)
    const fingerprint = fingerprintOf(request)
    const { id, key: s3_path } = newFile(tenant)
    const session = {
      ...{ id, user_id: userId, ip, on_behalf_of: onBehalfOf, kind, s3_path, filename },
      ...{ mime_type: mimeType, charset, metadata, own_data: ownData, md5, sha256 },
      ...{ upload_length: length, part_size: partSizeFor(length ?? maxBytes) }
    }
    const held = key === undefined ? undefined : { key, fingerprint }
    // No event is written, but `change` marks the tenant, so that the sweeper comes to end the session.
    const created = await change(tenant, (store) =>
      store.uploadSessions.create(session, { ...sessions, usage: limits }, held)
    )
    switch (created.outcome) {
      case 'created':
        return { id, expiresAt: created.expiresAt, offset: 0, partSize: session.part_size, replayed: false }
      case 'repeated': {
        if (created.fingerprint !== fingerprint) throw new AppError('IDEMPOTENCY_MISMATCH')
        const earlier = await router.withTenant(tenant, (store) =>
          store.uploadSessions.find(created.id, userId)
        )
        if (earlier === null) throw new AppError('UPLOAD_NOT_FOUND')
        const { upload_offset: offset, expires_at: expiresAt, part_size: partSize } = earlier
        return { id: created.id, expiresAt, offset, partSize, replayed: true }
      }
      // Whether the external id is taken may change until the commit; this early check saves most useless uploads.
      case 'taken':
        throw externalIdTaken(created.documentId)
      case 'no room':
        throw new AppError('QUOTA_EXCEEDED')
      case 'too many':
        throw new AppError('UPLOADS_BUSY', { message: TOO_MANY_OPEN, retryAfter: RETRY_AFTER })
    }
  }
}

/** Tells apart creations that have the same key but ask for different uploads. */
function fingerprintOf(request: NewResumableUpload): string {
  const { kind, length, metadata, onBehalfOf, filename, mimeType, charset, md5, sha256, ownData } = request
  const described = kind === 'tus' ? [] : [kind, filename, mimeType, charset, md5, sha256, ownData]
  const asked = [length, metadata, onBehalfOf, ...described]
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex')
}
