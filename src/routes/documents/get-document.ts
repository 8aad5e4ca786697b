import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { etagOf } from '../../http/revision-tags.js'
import { DocumentParams, DocumentWithFile } from '../../schemas/documents.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { ETagHeader } from '../../schemas/revisions.js'

export const getDocument: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:document_id',
    {
      config: { role: 'viewer', scope: 'documents:read' },
      schema: {
        operationId: 'getDocument',
        tags: ['Documents'],
        summary: 'Get a document and its file',
        params: DocumentParams,
        response: {
          200: withHeaders(Success(DocumentWithFile, 'The document', 'DocumentResponse'), ETagHeader),
          ...tenantErrors('DOCUMENT_NOT_FOUND', 'VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const document = await app.services.documents.get(request.tenant, request.params.document_id)
      void reply.header('etag', etagOf(document))
      return { success: true as const, data: document }
    }
  )
}
