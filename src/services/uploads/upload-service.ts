import type { HeldKey } from '../../../db/tenant/idempotency-repository.js'
import type { UploadAnswer } from '../../../db/tenant/rows.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import type { Place } from '../../../core/concurrency/fair-line.js'
import { AppError } from '../../../core/errors.js'
import { createUploadKeys, fingerprintOf } from './upload-keys.js'
import {
  createUploadReception,
  type ReceivedUpload,
  type Receive,
  type UploadReceptionDependencies
} from './upload-reception.js'
import type { UploadCandidate, UploadSlots } from './upload-slots.js'

export interface UploadServiceDependencies extends UploadReceptionDependencies {
  slots: UploadSlots
}

/** An upload whose bytes have arrived and whose name and type are known. */
export interface DescribedUpload {
  received: ReceivedUpload
  filename: string
  mimeType: string
  /** As in core/charsets.ts; null where none was declared. */
  charset: string | null
}

/** An upload that somebody asks for. */
export interface UploadRequest extends Omit<UploadCandidate, 'tenantId'> {
  /** The address of the sender. */
  ip: string
  key?: string | undefined
  /** Throws when the sender may not upload any more: asked after every wait, and right before the commit. */
  askAgain: () => Promise<void>
}

/** Reads an upload in, from the place that it has got. */
export type ReadUpload = (receive: Receive, place: Place) => Promise<DescribedUpload>

export type UploadService = ReturnType<typeof createUploadService>

/** Uploads from their first byte to their document: in turns, and each key once. */
export function createUploadService({ slots, ...dependencies }: UploadServiceDependencies) {
  const keys = createUploadKeys(dependencies.router)
  const { receive, identify } = createUploadReception(dependencies)

  return {
    /**
     * Makes a document of what `read` receives and describes, when it is this upload's turn. With a key, the same
     * upload of the same user is answered as it was before for a day (`replayed`), without being kept again.
     * @throws {AppError} UPLOADS_BUSY, FILE_TOO_LARGE, QUOTA_EXCEEDED, EMPTY_FILE, UPLOAD_INTERRUPTED,
     * STORAGE_UNAVAILABLE, IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_MISMATCH, and what `read` and `askAgain` throw; then
     * nothing is left behind
     */
    async upload(
      { id, database_name }: TenantRef,
      request: UploadRequest,
      read: ReadUpload
    ): Promise<{ document: UploadAnswer; replayed: boolean }> {
      // Uploads share statements, and one that is refused must not take others along: so each asks for itself.
      const tenant = { id, database_name }
      const { userId, ip, key, askAgain } = request
      const fresh = async (place: Place, hold?: (fingerprint: string) => HeldKey) => {
        const described = await read((stream) => receive(tenant, stream), place)
        const { received, ...details } = described
        const key = hold?.(fingerprint(described))
        return { document: await received.commit({ ...details, userId, ip, key, askAgain }), replayed: false }
      }
      return slots.run({ ...request, tenantId: tenant.id }, async (place) => {
        await askAgain()
        if (key === undefined) return fresh(place)
        return keys.run(
          tenant,
          { userId, key },
          {
            first: (hold) => fresh(place, hold),
            again: async (known, answer) => {
              if (fingerprint(await read(identify, place)) !== known)
                throw new AppError('IDEMPOTENCY_MISMATCH')
              await askAgain()
              return { document: answer, replayed: true }
            }
          }
        )
      })
    }
  }
}

function fingerprint({ received, filename, mimeType, charset }: DescribedUpload): string {
  const { md5Hash, sha256, fileSize } = received.content
  const declared = charset === null ? [] : [charset]
  return fingerprintOf(filename, mimeType, md5Hash, sha256, fileSize, ...declared)
}
