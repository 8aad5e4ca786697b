import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { FileParams, StoredFileWithDocuments } from '../../schemas/documents.js'
import { Success, tenantErrors } from '../../schemas/envelope.js'

export const getFile: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:file_id',
    {
      config: { role: 'viewer', scope: 'documents:read' },
      schema: {
        operationId: 'getFile',
        tags: ['Files'],
        summary: 'Get a file and its documents',
        params: FileParams,
        response: {
          200: Success(StoredFileWithDocuments, 'The file', 'StoredFileResponse'),
          ...tenantErrors('FILE_NOT_FOUND', 'VALIDATION_ERROR')
        }
      }
    },
    async (request) => ({
      success: true as const,
      data: await app.services.files.get(request.tenant, request.params.file_id)
    })
  )
}
