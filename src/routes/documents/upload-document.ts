import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { settingsOf } from '../../http/settings.js'
import { AppError } from '../../../core/errors.js'
import { TenantParams } from '../../schemas/tenants.js'
import { UploadedDocument } from '../../schemas/documents.js'
import { CONTENT_ERRORS, Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { Filename } from '../../../core/formats.js'
import { patternSaying } from '../../../core/validation/patterns.js'
import { IdempotencyHeaders, REPLAYED_HEADER, ReplayedHeader } from '../../schemas/idempotency.js'
import { parseMediaType } from '../../http/header-parameters.js'
import { fileTooLarge } from '../../services/uploads/incoming-bytes.js'
import { readMultipartUpload } from './multipart-upload.js'
import { readRawUpload } from './raw-upload.js'
import { invalid, UploadFields } from './upload-fields.js'

const UploadHeaders = Type.Object({
  ...IdempotencyHeaders.properties,
  'content-md5': Type.Optional(
    Type.String({
      pattern: patternSaying(/^[A-Za-z0-9+/]{22}==$/u, 'must be the base64 of 16 bytes'),
      description: 'The base64 of the MD5 of the body (RFC 1864); verified',
      examples: ['sZRqySSS0jR8YjW00mERhA==']
    })
  ),
  'content-digest': Type.Optional(
    Type.String({
      description:
        'The SHA-256 of the body (RFC 9530); verified, as are Repr-Digest and the same fields of a part',
      examples: ['sha-256=:WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai5rf2vgM=:']
    })
  )
})

export const uploadDocument: FastifyPluginAsyncTypebox = async (app) => {
  // In this scope every body is a stream, whatever its type.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  app.addHook('preParsing', (request, _reply, payload, done) => {
    // Fastify would refuse what is no media type; here it says as little as none.
    if (parseMediaType(request.headers['content-type']) === undefined) delete request.headers['content-type']
    done(null, payload)
  })
  const validate = app.validatorCompiler
  const { maxBytes } = settingsOf(app).upload

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
          'As multipart/form-data with the fields in any order, or as the raw bytes with any other content type and ' +
          '`?filename=`. Digests are verified wherever they are declared: `md5`, Content-MD5, Content-Digest and ' +
          'Repr-Digest, of the request and of its parts. Content that is coded or partial is refused. The type is ' +
          'what says something first: `mime_type`, the Content-Type of the part or of a raw body ' +
          '(application/x-www-form-urlencoded, which curl sends unasked, says nothing), the first bytes of the ' +
          'content, the extension of the name; otherwise application/octet-stream. The charset of a Content-Type is ' +
          'kept, and sent with the content. The name is the field `filename`, which may stand in the query instead, ' +
          'or the one of the part; `filename*` does not count (RFC 7578 §4.2).',
        headers: UploadHeaders,
        params: TenantParams,
        querystring: Type.Object({
          filename: Type.Optional({
            ...Filename,
            description: 'The name; needed when the body is the file itself'
          })
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
            ...CONTENT_ERRORS,
            'UPLOAD_ABORTED',
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
      const read = isForm(request) ? readMultipartUpload : readRawUpload
      const filename = nameInQuery(request.query.filename, request.raw.url)
      const { document, replayed } = await app.services.uploads.upload(tenant, by, (receive, place) => {
        gone.throwIfAborted()
        unwatch()
        return app.expectProgress(request, reply, () => read(request, filename, receive), place)
      })
      if (replayed) void reply.header(REPLAYED_HEADER, 'true')
      return reply.code(201).send({ success: true, message: 'Document created', data: document })
    }
  )
}

const isForm = ({ headers }: FastifyRequest) =>
  parseMediaType(headers['content-type'])?.value === 'multipart/form-data'

/** Bytes that a form may take besides the file: its fields, and the headers of its parts. */
const FORM_BYTES = 1024 * 1024

/** Refuses by the headers alone what is too large in any case, before it waits for its turn or a byte is read. */
function refuseTooLarge(request: FastifyRequest, maxBytes: number): void {
  const most = isForm(request) ? maxBytes + FORM_BYTES : maxBytes
  if (Number(request.headers['content-length']) > most) throw fileTooLarge(maxBytes)
}

/**
 * The name that was decoded from a URL. What is no percent-encoded UTF-8 would have been altered by that.
 * @throws {AppError} VALIDATION_ERROR
 */
function nameInQuery(filename: string | undefined, url = ''): string | undefined {
  if (filename !== undefined && !isDecodable(url)) throw invalid('/filename', 'must be percent-encoded UTF-8')
  return filename
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}

/**
 * `gone` is aborted when a request closes before anybody reads its body: its client has gone away. The reader of the
 * body stops this, since every request closes at last.
 */
function watchClient({ raw }: FastifyRequest): { gone: AbortSignal; unwatch: () => void } {
  const controller = new AbortController()
  const abort = () => controller.abort(new AppError('UPLOAD_ABORTED'))
  if (raw.destroyed) abort()
  else raw.once('close', abort)
  return { gone: controller.signal, unwatch: () => raw.off('close', abort) }
}
