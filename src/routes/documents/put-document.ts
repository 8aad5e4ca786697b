import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AppError } from '../../../core/errors.js'
import { ExternalId } from '../../../core/own-data.js'
import { parseMediaType } from '../../http/header-parameters.js'
import { etagOf, expectedRevisions } from '../../http/revision-tags.js'
import { settingsOf } from '../../http/settings.js'
import { whenClosed } from '../../http/when-closed.js'
import type { PutRequest } from '../../services/documents/put-document.js'
import { UploadedDocument } from '../../schemas/documents.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { ETagHeader, IfMatchHeaders } from '../../schemas/revisions.js'
import { TenantParams } from '../../schemas/tenants.js'
import { readUpload, refuseTooLarge, requestOf, streamBodies } from './read-upload.js'
import { describeUpload, UPLOAD_ERRORS, UploadBody, UploadHeaders, UploadQuery } from './upload-fields.js'

const { external_id: _inPath, ...Query } = UploadQuery.properties
const { 'idempotency-key': _needless, ...Headers } = UploadHeaders.properties
const IfNoneMatch = Type.Optional(
  Type.String({
    description: 'With `*`: answer 412 if a document has the external id. Anything else is ignored',
    examples: ['*']
  })
)
const NO_CONTENT =
  'JSON is not accepted as content here: send it as a file in a form, or change own data with PATCH'

export const putDocument: FastifyPluginAsyncTypebox = async (app) => {
  streamBodies(app)
  const validate = app.validatorCompiler
  const { maxBytes } = settingsOf(app).upload
  const { uploads, putDocument: put } = app.services

  app.put(
    '/by-external-id/:external_id',
    {
      config: { role: 'user', scope: 'documents:write', streamedBody: true },
      // The body is checked while it streams by; its schema only documents it.
      validatorCompiler: (route) => (route.httpPart === 'body' || !validate ? () => true : validate(route)),
      schema: {
        operationId: 'putDocumentByExternalId',
        tags: ['Documents'],
        summary: 'Create a document, or replace its own data',
        description:
          'Send what you would send to `uploadDocument`, except raw JSON. If no document has the external id, one is created. ' +
          'If one has it, and the same content, its name, type, charset, metadata, tags and folder become what you send, ' +
          'or the defaults; so the request is safe to repeat. Other content is refused with `EXTERNAL_ID_TAKEN`. To change own data ' +
          'without the content, use `patchDocumentByExternalId`.',
        headers: Type.Object({ ...Headers, ...IfMatchHeaders.properties, 'if-none-match': IfNoneMatch }),
        params: Type.Object({ ...TenantParams.properties, external_id: ExternalId }),
        querystring: Type.Object(Query),
        body: UploadBody,
        response: {
          200: withHeaders(Success(UploadedDocument, 'The changed document'), ETagHeader),
          201: withHeaders(Success(UploadedDocument, 'The new document'), ETagHeader),
          ...tenantErrors(...UPLOAD_ERRORS, 'PRECONDITION_FAILED')
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, actor, headers } = request
      if (parseMediaType(headers['content-type'])?.value === 'application/json')
        throw new AppError('UNSUPPORTED_MEDIA_TYPE', { message: NO_CONTENT })
      refuseTooLarge(request, maxBytes)
      const { external_id: externalId } = params
      const query = { ...request.query, external_id: externalId }
      const by = { actor, expected: expectedRevisions(headers) }
      const only = onlyOf(headers)
      const { document, replayed } = await uploads.measured(async () => {
        const gone = whenClosed(request)
        await using upload = await uploads.begin(tenant, { ...requestOf(request), gone, key: undefined })
        gone.throwIfAborted()
        const reading = () => readUpload(request, query, upload)
        const read = async () =>
          describeUpload(await app.expectProgress(request, reply, reading, upload.place))
        return await put(tenant, upload, { externalId, only, read }, by)
      })
      void reply.code(replayed ? 200 : 201).header('etag', etagOf(document))
      const message = replayed ? 'Document updated' : 'Document created'
      return reply.send({ success: true as const, message, data: document })
    }
  )
}

/** What the conditions of a request (RFC 9110 §13.1) demand: that the document exists, or that it does not. */
function onlyOf(headers: { 'if-match'?: string; 'if-none-match'?: string }): PutRequest['only'] {
  if (headers['if-match'] !== undefined) return 'existing'
  return headers['if-none-match']?.trim() === '*' ? 'new' : undefined
}
