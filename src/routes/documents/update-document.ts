import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DocumentParams, DocumentWithFile } from '../../schemas/documents.js'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
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
        params: DocumentParams,
        body: Type.Object(
          { filename: Type.Optional(Filename), mime_type: Type.Optional(MimeType) },
          { additionalProperties: false, title: 'UpdateDocumentRequest' }
        ),
        response: {
          200: Success(DocumentWithFile, 'The changed document', 'DocumentResponse'),
          ...tenantErrors('DOCUMENT_NOT_FOUND', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const { tenant, params, body, actor } = request
      const document = await app.services.documents.update(tenant, params.document_id, body, actor)
      return { success: true as const, message: 'Document updated', data: document }
    }
  )
}
