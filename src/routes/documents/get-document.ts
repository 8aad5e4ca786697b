import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DocumentParams, DocumentWithFile } from '../../schemas/documents.js'
import { Success, tenantErrors } from '../../schemas/envelope.js'

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
          200: Success(DocumentWithFile, 'The document', 'DocumentResponse'),
          ...tenantErrors('DOCUMENT_NOT_FOUND', 'VALIDATION_ERROR')
        }
      }
    },
    async (request) => ({
      success: true as const,
      data: await app.services.documents.get(request.tenant, request.params.document_id)
    })
  )
}
