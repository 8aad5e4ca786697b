import type { FastifyRequest } from 'fastify'
import { bodyBytes } from '../../http/body-bytes.js'
import { withDeclaredDigests } from '../../http/digests.js'
import { parseMediaType } from '../../http/header-parameters.js'
import type { Upload } from '../../services/uploads/upload.js'
import { invalid, type SentUpload } from './upload-fields.js'

/**
 * Reads an upload whose body is the file itself, as `curl -T` sends it. The name is in the query, digests are in
 * Content-MD5 (RFC 1864), Content-Digest and Repr-Digest (RFC 9530), which may also follow the body as trailers.
 * @throws {AppError} VALIDATION_ERROR, CHECKSUM_MISMATCH, UPLOAD_ABORTED, and what `receive` throws
 */
export async function readRawUpload(
  { raw, headers }: FastifyRequest,
  filename: string | undefined,
  upload: Upload
): Promise<SentUpload> {
  if (filename === undefined) throw invalid('/filename', 'is required when the body is the file itself')
  const received = await upload.receive(withDeclaredDigests(bodyBytes(raw), headers, raw.trailers))
  return { received, fields: { filename }, type: parseMediaType(headers['content-type']) }
}
