import type { ErrorCode } from '../../../core/errors.js'
import { TUS_BYTES } from '../../http/tus/headers.js'
import { bytes } from '../../schemas/envelope.js'

/** Only documents the body, which is read as it arrives. */
export const BytesBody = { content: { [TUS_BYTES]: { schema: { ...bytes, description: 'The bytes' } } } }

/** Errors of a request with bytes. */
export const WRITE_ERRORS = [
  'UPLOAD_NOT_FOUND',
  'OFFSET_MISMATCH',
  'UPLOAD_GONE',
  'CHUNK_MISMATCH',
  'FILE_TOO_LARGE',
  'QUOTA_EXCEEDED',
  'UPLOAD_ABORTED',
  'UPLOAD_INTERRUPTED',
  'UPLOADS_BUSY',
  'STORAGE_UNAVAILABLE'
] as const satisfies ErrorCode[]
