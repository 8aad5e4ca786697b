import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { settingsOf } from '../../http/settings.js'
import { TenantParams } from '../../schemas/tenants.js'
import { UploadedDocument } from '../../schemas/documents.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { REPLAYED_HEADER, ReplayedHeader } from '../../schemas/idempotency.js'
import { ETagHeader } from '../../schemas/revisions.js'
import { etagOf } from '../../http/revision-tags.js'
import { whenClosed } from '../../http/when-closed.js'
import { readUpload, refuseTooLarge, requestOf, streamBodies } from './read-upload.js'
import { describeUpload, UPLOAD_ERRORS, UploadBody, UploadHeaders, UploadQuery } from './upload-fields.js'

export const uploadDocument: FastifyPluginAsyncTypebox = async (app) => {
  streamBodies(app)
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
          '**Own data**: `external_id`, `metadata` (JSON), `tags` (repeat it) and `folder` are fields of the form, or query ' +
          'parameters.\n\n' +
          '**Digests**: every digest you declare is verified: `md5`, Content-MD5, Content-Digest and Repr-Digest, of ' +
          'the request and of its parts. Encoded or partial content is refused.',
        headers: UploadHeaders,
        params: TenantParams,
        querystring: UploadQuery,
        body: UploadBody,
        response: {
          201: withHeaders(Success(UploadedDocument, 'The new document'), {
            ...ReplayedHeader,
            ...ETagHeader
          }),
          ...tenantErrors(...UPLOAD_ERRORS, 'IDEMPOTENCY_IN_PROGRESS', 'IDEMPOTENCY_MISMATCH')
        }
      }
    },
    async (request, reply) => {
      refuseTooLarge(request, maxBytes)
      const { document, replayed } = await uploads.measured(async () => {
        const gone = whenClosed(request)
        await using upload = await uploads.begin(request.tenant, { ...requestOf(request), gone })
        gone.throwIfAborted()
        const reading = () => readUpload(request, request.query, upload)
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
