import multipart from '@fastify/multipart'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Config } from '../../../core/config/config.js'
import { AppError } from '../../../core/errors.js'
import { TenantParams } from '../../schemas/tenants.js'
import { UploadedDocument } from '../../schemas/documents.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { Filename } from '../../../core/formats.js'
import { patternSaying } from '../../../core/validation/patterns.js'
import { IdempotencyHeaders, REPLAYED_HEADER, ReplayedHeader } from '../../schemas/idempotency.js'
import { fileTooLarge } from '../../services/uploads/incoming-bytes.js'
import { readMultipartUpload } from './multipart-upload.js'
import { readRawUpload } from './raw-upload.js'
import { UploadFields } from './upload-fields.js'

const UploadHeaders = Type.Object({
  ...IdempotencyHeaders.properties,
  'content-md5': Type.Optional(
    Type.String({
      pattern: patternSaying(/^[A-Za-z0-9+/]{22}==$/u, 'must be the base64 of 16 bytes'),
      description: 'Of a body that is the file itself: the base64 of its MD5; verified',
      examples: ['sZRqySSS0jR8YjW00mERhA==']
    })
  )
})

export const uploadDocument: FastifyPluginAsyncTypebox = async (app) => {
  // In this scope every body is a stream, whatever its type.
  app.removeAllContentTypeParsers()
  await app.register(multipart, { throwFileSizeLimit: false })
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  const validate = app.validatorCompiler
  const { maxBytes } = app.getDecorator<Config>('config').upload

  app.post(
    '/',
    {
      config: { role: 'user', streamedBody: true },
      // The body is checked while it streams by; its schema is for the reader.
      validatorCompiler: (route) => (route.httpPart === 'body' || !validate ? () => true : validate(route)),
      schema: {
        operationId: 'uploadDocument',
        tags: ['Documents'],
        summary: 'Upload a document',
        description:
          'As multipart/form-data with the fields in any order, or as the raw bytes with any other content type, ' +
          '`?filename=` and optionally Content-MD5 (RFC 1864). A declared MD5 is verified. The type is what says ' +
          'something first: `mime_type`, the Content-Type of the part or of a raw body, the first bytes of the ' +
          'content, the extension of the name; otherwise application/octet-stream.',
        headers: UploadHeaders,
        params: TenantParams,
        querystring: Type.Object({
          filename: Type.Optional({ ...Filename, description: 'The name, when the body is the file itself' })
        }),
        body: {
          content: {
            'multipart/form-data': {
              schema: Type.Object({
                file: Type.String({ format: 'binary', description: 'The content' }),
                ...UploadFields.properties
              })
            },
            'application/octet-stream': {
              schema: Type.String({
                format: 'binary',
                description: 'The content; any other type will do too'
              })
            }
          }
        },
        response: {
          201: withHeaders(Success(UploadedDocument, 'The document was created'), ReplayedHeader),
          ...tenantErrors(
            'VALIDATION_ERROR',
            'EMPTY_FILE',
            'CHECKSUM_MISMATCH',
            'FILE_TOO_LARGE',
            'QUOTA_EXCEEDED',
            'IDEMPOTENCY_IN_PROGRESS',
            'IDEMPOTENCY_MISMATCH',
            'UPLOADS_BUSY',
            'STORAGE_UNAVAILABLE',
            'UPLOAD_INTERRUPTED'
          )
        }
      }
    },
    async (request, reply) => {
      refuseTooLarge(request, maxBytes)
      const { tenant, identity, headers } = request
      const { gone, unwatch } = watchClient(request)
      const declared = headers['content-length']
      const by = {
        userId: identity.userId,
        ip: request.clientAddress,
        key: headers['idempotency-key'],
        size: declared === undefined ? undefined : Number(declared),
        gone,
        askAgain: () => request.askAgain()
      }
      const read = request.isMultipart() ? readMultipartUpload : readRawUpload
      const { document, replayed } = await app.services.uploads.upload(tenant, by, (receive, place) => {
        gone.throwIfAborted()
        unwatch()
        return app.expectProgress(request, reply, () => read(request, receive), place)
      })
      if (replayed) void reply.header(REPLAYED_HEADER, 'true')
      return reply.code(201).send({ success: true, message: 'Document created', data: document })
    }
  )
}

/** Bytes that a form may take besides the file: its fields, and the headers of its parts. */
const FORM_BYTES = 1024 * 1024

/** Refuses by the headers alone what is too large in any case, before it waits for its turn or a byte is read. */
function refuseTooLarge(request: FastifyRequest, maxBytes: number): void {
  const most = request.isMultipart() ? maxBytes + FORM_BYTES : maxBytes
  if (Number(request.headers['content-length']) > most) throw fileTooLarge(maxBytes)
}

/**
 * `gone` is aborted when a request closes before anybody reads its body: its client has gone away. The parser would wait
 * for ever for a stream that has ended before. Whoever reads the body stops this, since every request closes at last.
 */
function watchClient({ raw }: FastifyRequest): { gone: AbortSignal; unwatch: () => void } {
  const controller = new AbortController()
  const abort = () => controller.abort(new AppError('CLIENT_GONE'))
  if (raw.destroyed) abort()
  else raw.once('close', abort)
  return { gone: controller.signal, unwatch: () => raw.off('close', abort) }
}
