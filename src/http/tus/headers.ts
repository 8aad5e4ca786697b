import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../../../core/errors.js'
import { CHECKSUM_ALGORITHMS, type DeclaredChecksum } from '../../../core/checksum.js'

export const TUS_VERSION = '1.0.0'
export const TUS_EXTENSIONS =
  'creation,creation-with-upload,creation-defer-length,expiration,termination,checksum'
/** The only Content-Type that bytes may have. */
export const TUS_BYTES = 'application/offset+octet-stream'

type Headers = Readonly<IncomingHttpHeaders>

const malformed = (message: string) => new AppError('MALFORMED_REQUEST', { message })

/** The value of a header that holds a number of bytes. @throws {AppError} MALFORMED_REQUEST */
function bytesIn(headers: Headers, name: string): number | undefined {
  const value = headers[name]
  if (value === undefined) return undefined
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : NaN
  if (!Number.isSafeInteger(number)) throw malformed(`${name} must be a number of bytes`)
  return number
}

/** @throws {AppError} MALFORMED_REQUEST */
export const uploadLength = (headers: Headers): number | undefined => bytesIn(headers, 'upload-length')

/** The number of bytes in the body, if the request declares it. @throws {AppError} MALFORMED_REQUEST */
export const contentLength = (headers: Headers): number | undefined => bytesIn(headers, 'content-length')

/** @throws {AppError} MALFORMED_REQUEST */
export function uploadOffset(headers: Headers): number {
  const offset = bytesIn(headers, 'upload-offset')
  if (offset === undefined) throw malformed('upload-offset is required')
  return offset
}

/**
 * The length that a creation declares; null: it will be declared later.
 * @throws {AppError} MALFORMED_REQUEST
 */
export function declaredLength(headers: Headers): number | null {
  if (headers['upload-concat'] !== undefined)
    throw malformed('Uploads cannot be concatenated; send the file as one upload')
  const length = uploadLength(headers)
  const deferred = headers['upload-defer-length']
  if (deferred !== undefined && deferred !== '1') throw malformed('upload-defer-length must be 1')
  if ((length === undefined) === (deferred === undefined))
    throw malformed('Send either upload-length or "upload-defer-length: 1"')
  return length ?? null
}

/** @throws {AppError} MALFORMED_REQUEST */
export function uploadChecksum(headers: Headers): DeclaredChecksum | undefined {
  const value = headers['upload-checksum']
  if (value === undefined) return undefined
  const [, algorithm = '', base64 = ''] =
    /^([a-z0-9-]+) ([A-Za-z0-9+/]+={0,2})$/.exec(typeof value === 'string' ? value : '') ?? []
  const bytes = CHECKSUM_ALGORITHMS.get(algorithm)
  const digest = Buffer.from(base64, 'base64')
  if (digest.length !== bytes)
    throw malformed(
      `upload-checksum must be one of ${[...CHECKSUM_ALGORITHMS.keys()].join(', ')} and the Base64 of its digest`
    )
  return { algorithm, digest }
}
