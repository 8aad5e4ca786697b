import { S3ServiceException } from '@aws-sdk/client-s3'
import { AppError } from '../../core/errors.js'

/**
 * Runs one call to S3. If it fails, this throws what `ObjectStorage` promises: the signal's reason, an `AppError` that
 * the call threw itself, UPLOAD_INTERRUPTED, or STORAGE_UNAVAILABLE with the SDK's error as its cause.
 */
export async function onS3<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work()
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof AppError) throw error
    if (hasCode(error, 'NoSuchUpload')) throw new AppError('UPLOAD_INTERRUPTED', { cause: error })
    throw new AppError('STORAGE_UNAVAILABLE', { cause: error })
  }
}

/** Whether S3 answered with one of these error codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof S3ServiceException && codes.includes(error.name)
}

/** Whether the server does not know this operation; several S3-compatible servers implement only part of S3. */
export function isUnsupported(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false
  const status = error.$metadata.httpStatusCode
  return hasCode(error, 'NotImplemented', 'MethodNotAllowed') || status === 501 || status === 405
}
