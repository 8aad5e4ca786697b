import { Type, type FastifyPluginAsyncTypebox, type Static } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { settingsOf } from '../../http/settings.js'
import { TenantParams } from '../../schemas/tenants.js'
import { UploadedDocument } from '../../schemas/documents.js'
import { CONTENT_ERRORS, Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { REPLAYED_HEADER, ReplayedHeader } from '../../schemas/idempotency.js'
import { ETagHeader } from '../../schemas/revisions.js'
import { bodyBytes } from '../../http/body-bytes.js'
import { withDeclaredDigests } from '../../http/digests.js'
import { parseMediaType } from '../../http/header-parameters.js'
import { etagOf } from '../../http/revision-tags.js'
import { whenClosed } from '../../http/when-closed.js'
import { fileTooLarge } from '../../services/uploads/incoming-bytes.js'
import type { Upload } from '../../services/uploads/upload.js'
import { readMultipartUpload } from './multipart-upload.js'
import { readOwnDataTexts } from './own-data-texts.js'
import {
  describeUpload,
  invalid,
  UploadFields,
  UploadHeaders,
  UploadQuery,
  type QueryFields,
  type SentUpload
} from './upload-fields.js'

export const uploadDocument: FastifyPluginAsyncTypebox = async (app) => {
  // In this scope every body is a stream, whatever its type.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  app.addHook('preParsing', (request, _reply, payload, done) => {
    // Fastify would refuse an invalid media type; here it counts as none.
    if (parseMediaType(request.headers['content-type']) === undefined) delete request.headers['content-type']
    done(null, payload)
  })
  const validate = app.validatorCompiler
  const { maxBytes } = settingsOf(app).upload
  const { uploads } = app.services

  app.post(
    '/',
    {
      config: { role: 'user', scope: 'documents:write', streamedBody: true },
      // The body is checked while it streams by; its schema only documents it.
      validatorCompiler: (route) => (route.httpPart === 'body' || !validate ? () => true : validate(route)),
      schema: {
        operationId: 'uploadDocument',
        tags: ['Documents'],
        summary: 'Upload a document',
        description:
          'Send multipart/form-data with the fields in any order, or the raw bytes with any other content type and ' +
          '`?filename=`.\n\n' +
          '**Name**: the field `filename`, or the query parameter, or the filename of the part. `filename*` is ignored ' +
          '(RFC 7578 §4.2).\n\n' +
          '**Type**: taken from the first of these that is present: `mime_type`, the Content-Type of the part or of ' +
          'the raw body, the first bytes of the content, the extension of the name. Otherwise it is ' +
          'application/octet-stream. application/x-www-form-urlencoded, the default of curl, is ignored. The charset ' +
          'of the Content-Type is stored and sent with the content.\n\n' +
          '**Digests**: every digest you declare is verified: `md5`, Content-MD5, Content-Digest and Repr-Digest, of ' +
          'the request and of its parts. Encoded or partial content is refused.',
        headers: UploadHeaders,
        params: TenantParams,
        querystring: UploadQuery,
        body: {
          content: {
            'multipart/form-data': {
              schema: Type.Object(
                {
                  file: Type.String({ format: 'binary', description: 'The content' }),
                  ...UploadFields.properties
                },
                { title: 'UploadForm' }
              )
            },
            'application/octet-stream': {
              schema: Type.String({
                format: 'binary',
                description: 'The content; you may send any other content type too'
              })
            }
          }
        },
        response: {
          201: withHeaders(Success(UploadedDocument, 'The new document'), {
            ...ReplayedHeader,
            ...ETagHeader
          }),
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
      const query = decodedQuery(request.query, request.raw.url)
      const { document, replayed } = await uploads.measured(async () => {
        const gone = whenClosed(request)
        await using upload = await uploads.begin(request.tenant, { ...requestOf(request), gone })
        gone.throwIfAborted()
        const read = isForm(request) ? readMultipartUpload : readRawUpload
        const reading = () => read(request, query, upload)
        const sent = await app.expectProgress(request, reply, reading, upload.place)
        const description = await describeUpload(sent)
        return await upload.commit(description)
      })
      if (replayed) void reply.header(REPLAYED_HEADER, 'true')
      void reply.code(201).header('etag', etagOf(document))
      return reply.send({ success: true, message: 'Document created', data: document })
    }
  )
}

/** The sender, the size and the key of an upload. */
function requestOf(request: FastifyRequest & { headers: Static<typeof UploadHeaders> }) {
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

const isForm = ({ headers }: FastifyRequest) =>
  parseMediaType(headers['content-type'])?.value === 'multipart/form-data'

/** Bytes a form may take besides the file: its fields, and the headers of its parts. */
const FORM_BYTES = 2 * 1024 * 1024

/** Refuses what is certainly too large by the headers alone, before it waits in line or any byte is read. */
function refuseTooLarge(request: FastifyRequest, maxBytes: number): void {
  const most = isForm(request) ? maxBytes + FORM_BYTES : maxBytes
  if (Number(request.headers['content-length']) > most) throw fileTooLarge(maxBytes)
}

/**
 * The fields of a URL's query. Decoding would have altered what is not percent-encoded UTF-8.
 * @throws {AppError} VALIDATION_ERROR
 */
function decodedQuery(query: QueryFields, url = ''): QueryFields {
  const [name] = Object.keys(query)
  if (name !== undefined && !isDecodable(url)) throw invalid(`/${name}`, 'must be percent-encoded UTF-8')
  return query
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
 * Reads an upload whose body is the file itself, as `curl -T` sends it. The name is in the query; digests are in
 * Content-MD5 (RFC 1864), Content-Digest and Repr-Digest (RFC 9530), which may also follow the body as trailers.
 * @throws {AppError} VALIDATION_ERROR, CHECKSUM_MISMATCH, UPLOAD_ABORTED, and what `receive` throws
 */
async function readRawUpload(
  { raw, headers }: FastifyRequest,
  query: QueryFields,
  upload: Upload
): Promise<SentUpload> {
  const { filename } = query
  if (filename === undefined) throw invalid('/filename', 'is required when the body is the file itself')
  const received = await upload.receive(withDeclaredDigests(bodyBytes(raw), headers, raw.trailers))
  const fields = { filename, ...readOwnDataTexts(query) }
  return { received, fields, type: parseMediaType(headers['content-type']) }
}
