import type { UploadSession } from '../../../db/tenant/upload-sessions-repository.js'
import type { DeclaredChecksum } from '../../../core/checksum.js'
import { AppError } from '../../../core/errors.js'
import { fileTooLarge } from '../uploads/incoming-bytes.js'

/** A request with bytes. */
export interface WriteRequest {
  userId: string
  offset: number
  /** The length of the upload, if it was not declared before. */
  length: number | undefined
  /** Bytes of this request, if it declares them. */
  size: number | undefined
  checksum: DeclaredChecksum | undefined
  /** Whether the bytes may turn out to be wrong at the end; then nothing is saved before. */
  withheld: boolean
  /** Aborts when the client is gone. */
  gone: AbortSignal
  /** Throws if the sender may no longer upload; called after every wait, and before the commit. */
  askAgain: () => Promise<void>
}

/** Refuses a request that cannot fit, before any byte is read. */
export function refuseTooMany(
  { upload_length, upload_offset }: UploadSession,
  request: WriteRequest,
  maxBytes: number
): void {
  // Checked first: clients continue after this refusal, and give up after any other.
  if (request.offset !== upload_offset) throw new AppError('OFFSET_MISMATCH')
  const length = request.length ?? upload_length
  if (length === 0) throw new AppError('EMPTY_FILE')
  if ((length ?? 0) > maxBytes) throw fileTooLarge(maxBytes)
  if (request.length !== undefined && upload_length !== null && request.length !== upload_length)
    throw new AppError('MALFORMED_REQUEST', { message: 'The Upload-Length of an upload cannot change' })
  if (length !== null && length < upload_offset)
    throw new AppError('MALFORMED_REQUEST', {
      message: 'Upload-Length is less than the upload already has'
    })
  if (upload_offset + (request.size ?? 0) > (length ?? maxBytes))
    throw new AppError('FILE_TOO_LARGE', { message: 'The request has more bytes than the upload has left' })
}
