import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../../../core/errors.js'
import type { Receive } from '../../services/uploads/upload-reception.js'
import type { DescribedUpload } from '../../services/uploads/upload-service.js'
import { describeUpload, invalid, receiveFrom } from './upload-fields.js'

/**
 * Reads an upload whose body is the file itself, as `curl -T` sends it. The name is in the query, the MD5 in
 * Content-MD5 (RFC 1864).
 * @throws {AppError} MALFORMED_REQUEST, VALIDATION_ERROR, EMPTY_FILE, CHECKSUM_MISMATCH, and what `receive` throws; then nothing is left behind
 */
export async function readRawUpload(request: FastifyRequest, receive: Receive): Promise<DescribedUpload> {
  const { filename } = request.query as { filename?: string }
  if (filename === undefined) throw invalid('/filename', 'is required when the body is the file itself')
  const md5 = md5Of(request.headers as { 'content-md5'?: string })
  if (!(request.body instanceof Readable)) throw new AppError('EMPTY_FILE')
  const received = await receiveFrom(request.body, receive)
  return describeUpload(
    received,
    { filename, ...(md5 !== undefined && { md5 }) },
    request.headers['content-type']
  )
}

function md5Of({ 'content-md5': header }: { 'content-md5'?: string }): string | undefined {
  return header === undefined ? undefined : Buffer.from(header, 'base64').toString('hex')
}
