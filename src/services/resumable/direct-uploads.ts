import type { UploadSession } from '../../../db/tenant/upload-sessions-repository.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { PartPieces } from '../../../plugins/storage/pieces.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import { AppError, MAX_DETAILS } from '../../../core/errors.js'
import { fileTooLarge } from '../uploads/incoming-bytes.js'
import { findSession, isAlive } from './find-session.js'
import { countParts, sizeOfPart } from './part-size.js'
import {
  createUploadCreation,
  type NewResumableUpload,
  type UploadCreationDependencies
} from './upload-creation.js'

/** Maximum seconds for which the URL of a part works. */
const URL_SECONDS = 3_600

export interface DirectUploadsDependencies extends UploadCreationDependencies {
  change: Change
  storage: StorageOfTenants
}

/** Unlike a resumable upload, a direct upload always has a length, and has no Upload-Metadata to send back. */
export type NewDirectUpload = Omit<NewResumableUpload, 'kind' | 'length' | 'metadata'> & { length: number }

/** A part, and where to send it. */
export interface DirectPart {
  number: number
  /** Bytes; the storage accepts no other size. */
  size: number
  /** Whether the storage already has the part. */
  stored: boolean
  url: string
}

export type DirectUploads = ReturnType<typeof createDirectUploads>

/**
 * Uploads whose parts clients send to the storage themselves, at URLs that are signed here. What a client says about
 * its parts is not trusted: the storage lists them, and the worker reads the object before it makes the document.
 */
export function createDirectUploads(dependencies: DirectUploadsDependencies) {
  const { router, change, storage, maxBytes, sessions } = dependencies
  const createUpload = createUploadCreation(dependencies)

  /** @throws {AppError} DIRECT_UPLOAD_UNAVAILABLE */
  function partsOf(tenant: TenantRef): PartPieces {
    const { pieces } = storage.of(tenant)
    if (pieces.kind !== 'parts') throw new AppError('DIRECT_UPLOAD_UNAVAILABLE')
    return pieces
  }

  const find = (tenant: TenantRef, id: string, userId: string): Promise<UploadSession> =>
    findSession(router, tenant, { id, userId, kind: 'direct' })

  /** The multipart upload of a session; begins it when it is first needed. */
  async function multipartOf(tenant: TenantRef, pieces: PartPieces, session: UploadSession): Promise<string> {
    if (session.multipart_id !== null) return session.multipart_id
    const id = await pieces.begin(session.s3_path)
    const { outcome } = await router.withTenant(tenant, (store) =>
      store.uploadSessions.setMultipart(session, id)
    )
    if (outcome === 'set') return id
    await pieces.abort(session.s3_path, id)
    // Another request has begun one, or the session has ended.
    const { multipart_id } = await find(tenant, session.id, session.user_id)
    if (multipart_id === null) throw new AppError('UPLOAD_GONE')
    return multipart_id
  }

  /** @throws {AppError} PARTS_MISSING, UPLOAD_GONE, STORAGE_UNAVAILABLE */
  async function requireParts(pieces: PartPieces, session: UploadSession): Promise<void> {
    const { s3_path, multipart_id } = session
    const stored = multipart_id === null ? new Map<never, never>() : await pieces.list(s3_path, multipart_id)
    if (stored === null) throw new AppError('UPLOAD_GONE')
    const details = []
    for (let number = 1; number <= countParts(session) && details.length < MAX_DETAILS; number++) {
      const [size, found] = [sizeOfPart(session, number), stored.get(number)?.size]
      const message = found === undefined ? 'has not arrived' : `has ${found} bytes, but must have ${size}`
      if (found !== size) details.push({ field: `/parts/${number}`, message })
    }
    if (details.length > 0) throw new AppError('PARTS_MISSING', { details })
  }

  return {
    /**
     * Creates a direct upload. `parts` returns the URLs of its parts.
     * @throws {AppError} DIRECT_UPLOAD_UNAVAILABLE, and as for resumable uploads
     */
    async create(tenant: TenantRef, request: NewDirectUpload) {
      partsOf(tenant)
      const created = await createUpload(tenant, { ...request, kind: 'direct', metadata: null })
      const { partSize: part_size } = created
      return { ...created, partsTotal: countParts({ part_size, upload_length: request.length }) }
    },

    /**
     * The URLs for up to `count` parts, starting with number `from`. Extends the lifetime of the upload.
     * @throws {AppError} UPLOAD_NOT_FOUND, UPLOAD_GONE, VALIDATION_ERROR, FILE_TOO_LARGE, STORAGE_UNAVAILABLE,
     * DIRECT_UPLOAD_UNAVAILABLE
     */
    async parts(
      tenant: TenantRef,
      id: string,
      userId: string,
      { from, count }: { from: number; count: number }
    ): Promise<{ partsTotal: number; expiresAt: Date; parts: DirectPart[] }> {
      const found = await find(tenant, id, userId)
      const pieces = partsOf(tenant)
      const partsTotal = countParts(found)
      if (from > partsTotal)
        throw new AppError('VALIDATION_ERROR', {
          details: [{ field: '/from', message: `must be at most ${partsTotal}` }]
        })
      if ((found.upload_length ?? 0) > maxBytes) throw fileTooLarge(maxBytes)
      const session = await router.withTenant(tenant, (store) =>
        store.uploadSessions.keepDirect(id, sessions.lifetime)
      )
      if (session?.expires_at == null) throw new AppError('UPLOAD_GONE')
      const multipart = await multipartOf(tenant, pieces, session)
      const stored = await pieces.list(session.s3_path, multipart, { from, count })
      if (stored === null) throw new AppError('UPLOAD_GONE')
      const left = Math.floor((Date.parse(session.expires_at) - Date.now()) / 1000)
      const expiresIn = Math.max(1, Math.min(URL_SECONDS, left))
      const expiresAt = new Date(Date.now() + expiresIn * 1000)
      const numbers = Array.from({ length: Math.min(count, partsTotal - from + 1) }, (_, n) => from + n)
      const parts = numbers.map(async (number): Promise<DirectPart> => {
        const size = sizeOfPart(session, number)
        const url = await pieces.signPut(session.s3_path, multipart, { number, size }, expiresIn)
        return { number, size, stored: stored.get(number)?.size === size, url }
      })
      return { partsTotal, expiresAt, parts: await Promise.all(parts) }
    },

    /**
     * Hands an upload over to the worker once the storage has all of its parts. Idempotent.
     * @throws {AppError} UPLOAD_NOT_FOUND, UPLOAD_GONE, PARTS_MISSING, STORAGE_UNAVAILABLE, DIRECT_UPLOAD_UNAVAILABLE
     */
    async complete(tenant: TenantRef, id: string, userId: string): Promise<UploadSession> {
      const session = await find(tenant, id, userId)
      const pieces = partsOf(tenant)
      if (session.state === 'finishing' || session.state === 'done') return session
      if (!isAlive(session)) throw new AppError('UPLOAD_GONE')
      await requireParts(pieces, session)
      await change(tenant, (store) => store.uploadSessions.completeDirect(id, tenant.id))
      const completed = await find(tenant, id, userId)
      if (completed.state === 'open') throw new AppError('UPLOAD_GONE')
      return completed
    }
  }
}
