import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { etagOf, expectedRevisions } from '../../http/revision-tags.js'
import { DocumentParams, DocumentWithFile } from '../../schemas/documents.js'
import { BODY_ERRORS, Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { ETagHeader, IfMatchHeaders } from '../../schemas/revisions.js'
import { Filename, MimeType } from '../../../core/formats.js'

export const updateDocument: FastifyPluginAsyncTypebox = async (app) => {
  app.put(
    '/:document_id',
    {
      config: { role: 'user', scope: 'documents:write' },
      schema: {
        operationId: 'updateDocument',
        tags: ['Documents'],
        summary: 'Change the name or the type of a document',
        description: 'Fields you leave out stay as they are. The content and the owner never change.',
        headers: IfMatchHeaders,
        params: DocumentParams,
        body: Type.Object(
          { filename: Type.Optional(Filename), mime_type: Type.Optional(MimeType) },
          { additionalProperties: false, title: 'UpdateDocumentRequest' }
        ),
        response: {
          200: withHeaders(Success(DocumentWithFile, 'The changed document', 'DocumentResponse'), ETagHeader),
          ...tenantErrors('DOCUMENT_NOT_FOUND', 'PRECONDITION_FAILED', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, body, actor, headers } = request
      const by = { actor, expected: expectedRevisions(headers) }
      const document = await app.services.documents.update(tenant, params.document_id, body, by)
      void reply.header('etag', etagOf(document))
      return { success: true as const, message: 'Document updated', data: document }
    }
  )
}
