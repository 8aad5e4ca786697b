import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { FileParams, FileWithDocuments } from '../../schemas/documents.js'
import { Success, tenantErrors } from '../../schemas/envelope.js'

export const getFile: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:file_id',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getFile',
        tags: ['Files'],
        summary: 'A file with the documents that refer to it',
        params: FileParams,
        response: {
          200: Success(FileWithDocuments, 'The file'),
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
