import type { Static } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { bodyBytes } from '../../http/body-bytes.js'
import { withDeclaredDigests } from '../../http/digests.js'
import { parseMediaType } from '../../http/header-parameters.js'
import { readOwnDataTexts } from '../../http/own-data-texts.js'
import { fileTooLarge } from '../../services/uploads/incoming-bytes.js'
import type { Upload } from '../../services/uploads/upload.js'
import { readMultipartUpload } from './multipart-upload.js'
import { invalid, type QueryFields, type SentUpload, type UploadHeaders } from './upload-fields.js'

/** Makes every body in this scope a stream, whatever its type. */
export function streamBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  app.addHook('preParsing', (request, _reply, payload, done) => {
    // Fastify would refuse an invalid media type; here it counts as none.
    if (parseMediaType(request.headers['content-type']) === undefined) delete request.headers['content-type']
    done(null, payload)
  })
}

/** The sender, the size and the key of an upload. */
export function requestOf(request: FastifyRequest & { headers: Static<typeof UploadHeaders> }) {
  const length = request.headers['content-length']
  return {
    userId: request.identity.userId,
    ip: request.clientAddress,
    onBehalfOf: request.actor.onBehalfOf,
    key: request.headers['idempotency-key'],
    size: length === undefined ? undefined : Number(length),
    askAgain: () => request.askAgain()
  }
}

/** Reads an upload from a body that is the file itself, or a form with the file. */
export function readUpload(request: FastifyRequest, query: QueryFields, upload: Upload): Promise<SentUpload> {
  return (isForm(request) ? readMultipartUpload : readRawUpload)(request, query, upload)
}

const isForm = ({ headers }: FastifyRequest) =>
  parseMediaType(headers['content-type'])?.value === 'multipart/form-data'

/** Maximum bytes of a form besides the file: its fields, and the headers of its parts. */
const FORM_BYTES = 2 * 1024 * 1024

/** Refuses an upload whose headers show that it is too large, before it waits in line or any byte is read. */
export function refuseTooLarge(request: FastifyRequest, maxBytes: number): void {
  const most = isForm(request) ? maxBytes + FORM_BYTES : maxBytes
  if (Number(request.headers['content-length']) > most) throw fileTooLarge(maxBytes)
}

/**
 * Reads an upload whose body is the file itself, as `curl -T` sends it. The name and own data are in the query; digests
 * are in Content-MD5 (RFC 1864), Content-Digest and Repr-Digest (RFC 9530), which may also follow the body as trailers.
 * @throws {AppError} VALIDATION_ERROR, CHECKSUM_MISMATCH, UPLOAD_ABORTED, and what `receive` throws
 */
async function readRawUpload(
  { raw, headers }: FastifyRequest,
  query: QueryFields,
  upload: Upload
): Promise<SentUpload> {
  const { filename } = query
  if (filename === undefined) throw invalid('/filename', 'is required when the body is the file itself')
  const own = readOwnDataTexts(query)
  const received = await upload.receive(withDeclaredDigests(bodyBytes(raw), headers, raw.trailers))
  return { received, fields: { filename, ...own }, type: parseMediaType(headers['content-type']) }
}
