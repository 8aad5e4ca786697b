import type { HeldKey } from '../../../db/tenant/idempotency-repository.js'
import type { UploadAnswer } from '../../../db/tenant/rows.js'
import type { TenantRef } from '../../../plugins/tenancy/adapter.js'
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

export type UploadService = ReturnType<typeof createUploadService>

/** Uploads from their first byte to their document: in turns, and each key once. */
export function createUploadService({ slots, ...dependencies }: UploadServiceDependencies) {
  const keys = createUploadKeys(dependencies.tenancy)
  const { receive, identify } = createUploadReception(dependencies)

  return {
    /**
     * Makes a document of what `read` receives and describes, when it is this upload's turn. With a key, the same
     * upload of the same user is answered as it was before for a day (`replayed`), without being kept again.
     * @throws {AppError} UPLOADS_BUSY, FILE_TOO_LARGE, QUOTA_EXCEEDED, EMPTY_FILE, UPLOAD_INTERRUPTED,
     * STORAGE_UNAVAILABLE, IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_MISMATCH, and what `read` throws; then nothing is
     * left behind
     */
    async upload(
      tenant: TenantRef,
      request: { userId: string; key?: string | undefined } & UploadCandidate,
      read: (receive: Receive) => Promise<DescribedUpload>
    ): Promise<{ document: UploadAnswer; replayed: boolean }> {
      const { userId, key } = request
      const fresh = async (hold?: (fingerprint: string) => HeldKey) => {
        const described = await read((stream) => receive(tenant, stream))
        const { received, ...details } = described
        const key = hold?.(fingerprint(described))
        return { document: await received.commit({ ...details, userId, key }), replayed: false }
      }
      return slots.run(request, () => {
        if (key === undefined) return fresh()
        return keys.run(
          tenant,
          { userId, key },
          {
            first: fresh,
            again: async (known, answer) => {
              if (fingerprint(await read(identify)) !== known) throw new AppError('IDEMPOTENCY_MISMATCH')
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
