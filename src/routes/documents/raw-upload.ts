import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../../errors.js'
import type { Receive } from '../../services/upload-reception.js'
import type { DescribedUpload } from '../../services/upload-service.js'
import { describeUpload, invalid, receiveFrom } from './upload-fields.js'

/**
 * Reads an upload whose body is the file itself, as `curl -T` sends it. The name is in the query, the MD5 in
 * Content-MD5 (RFC 1864).
 * @throws {AppError} MALFORMED_REQUEST, VALIDATION_ERROR, EMPTY_FILE, CHECKSUM_MISMATCH, and what `receive` throws; then nothing is left behind
 */
export async function readRawUpload(request: FastifyRequest, receive: Receive): Promise<DescribedUpload> {
  const { filename } = request.query as { filename?: string }
  if (filename === undefined) throw invalid('/filename', 'is required when the body is the file itself')
  const md5 = declaredMd5(request.headers['content-md5'])
  if (!(request.body instanceof Readable)) throw new AppError('EMPTY_FILE')
  const received = await receiveFrom(request.body, receive)
  return describeUpload(
    received,
    { filename, ...(md5 !== undefined && { md5 }) },
    request.headers['content-type']
  )
}

function declaredMd5(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  if (typeof header !== 'string' || !/^[A-Za-z0-9+/]{22}==$/.test(header)) {
    throw invalid('/content-md5', 'must be the base64 of 16 bytes')
  }
  return Buffer.from(header, 'base64').toString('hex')
}
