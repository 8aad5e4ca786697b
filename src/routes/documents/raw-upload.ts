import type { FastifyRequest } from 'fastify'
import { bodyBytes } from '../../http/body-bytes.js'
import { declaredDigests } from '../../http/digests.js'
import { parseMediaType } from '../../http/header-parameters.js'
import type { Receive } from '../../services/uploads/upload-reception.js'
import type { DescribedUpload } from '../../services/uploads/upload-service.js'
import { describeUpload, invalid } from './upload-fields.js'

/**
 * Reads an upload whose body is the file itself, as `curl -T` sends it. The name is in the query, digests are in
 * Content-MD5 (RFC 1864), Content-Digest and Repr-Digest (RFC 9530), which may also follow the body as trailers.
 * @throws {AppError} VALIDATION_ERROR, EMPTY_FILE, CHECKSUM_MISMATCH, UPLOAD_ABORTED, and what `receive` throws; then nothing
 * is left behind
 */
export async function readRawUpload(
  { raw, headers }: FastifyRequest,
  filename: string | undefined,
  receive: Receive
): Promise<DescribedUpload> {
  if (filename === undefined) throw invalid('/filename', 'is required when the body is the file itself')
  // Before the body is read: what cannot be read of them is refused then.
  declaredDigests(headers)
  const received = await receive(bodyBytes(raw))
  const type = parseMediaType(headers['content-type'])
  return describeUpload(received, { filename }, type, [headers, raw.trailers])
}
