import type { FastifyRequest } from 'fastify'
import { AppError } from '../../../core/errors.js'
import type { Receive, ReceivedUpload } from '../../services/uploads/upload-reception.js'
import type { DescribedUpload } from '../../services/uploads/upload-service.js'
import { describeUpload, invalid, receiveFrom } from './upload-fields.js'

const LIMITS = { fileSize: Infinity, fieldSize: 4096, fieldNameSize: 100, parts: 20 }

/**
 * Reads a multipart/form-data upload (RFC 7578) with its fields before or behind the file. The service
 * counts the bytes of the file, so the parser does not limit them.
 * @throws {AppError} MALFORMED_REQUEST, VALIDATION_ERROR, CHECKSUM_MISMATCH, and what `receive` throws; then nothing is left behind
 */
export async function readMultipartUpload(
  request: FastifyRequest,
  receive: Receive
): Promise<DescribedUpload> {
  const fields: Record<string, unknown> = {}
  let received: ReceivedUpload | undefined
  let part: { filename: string | undefined; mimetype: string } | undefined
  try {
    for await (const next of partsOf(request)) {
      if (next.type === 'field') {
        if (next.fieldname in fields) throw invalid(`/${next.fieldname}`, 'may be given only once')
        fields[next.fieldname] = next.valueTruncated ? '' : next.value
        continue
      }
      if (next.fieldname !== 'file')
        throw invalid(`/${next.fieldname}`, 'is not known; the bytes go into "file"')
      if (part !== undefined) throw invalid('/file', 'may be given only once')
      part = { filename: next.filename, mimetype: next.mimetype }
      received = await receiveFrom(next.file, receive)
    }
  } catch (error) {
    await received?.discard()
    throw error
  }
  if (received === undefined) throw invalid('/file', 'is required')
  const named =
    fields['filename'] === undefined && part?.filename ? { ...fields, filename: part.filename } : fields
  return describeUpload(received, named, part?.mimetype)
}

/** The parts as they come. What the parser cannot read is the client's doing, but its errors do not say so. */
async function* partsOf(request: FastifyRequest) {
  try {
    yield* request.parts({ limits: LIMITS })
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error) throw error
    throw new AppError('MALFORMED_REQUEST', { cause: error })
  }
}
