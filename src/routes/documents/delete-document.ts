import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { expectedRevisions } from '../../http/revision-tags.js'
import { DocumentParams } from '../../schemas/documents.js'
import { BODY_ERRORS, Done, tenantErrors } from '../../schemas/envelope.js'
import { IfMatchHeaders } from '../../schemas/revisions.js'

export const deleteDocument: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/:document_id',
    {
      config: { role: 'user', scope: 'documents:write' },
      schema: {
        operationId: 'deleteDocument',
        tags: ['Documents'],
        summary: 'Delete a document',
        description: 'Its file is deleted too, unless another document refers to it.',
        headers: IfMatchHeaders,
        params: DocumentParams,
        response: {
          200: Done('The document is deleted'),
          ...tenantErrors('DOCUMENT_NOT_FOUND', 'PRECONDITION_FAILED', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const { tenant, params, actor, headers } = request
      const by = { actor, expected: expectedRevisions(headers) }
      await app.services.documents.remove(tenant, params.document_id, by)
      return { success: true as const, message: 'Document deleted' }
    }
  )
}
