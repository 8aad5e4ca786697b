import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { FileParams } from '../../schemas/documents.js'
import { BODY_ERRORS, Done, tenantErrors } from '../../schemas/envelope.js'

export const deleteFile: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/:file_id',
    {
      config: { role: 'admin', scope: 'documents:write' },
      schema: {
        operationId: 'deleteFile',
        tags: ['Files'],
        summary: 'Delete an orphaned file',
        description: 'You can delete a file only if no document refers to it.',
        params: FileParams,
        response: {
          200: Done('The file is deleted'),
          ...tenantErrors('FILE_NOT_FOUND', 'FILE_IN_USE', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      await app.services.files.remove(request.tenant, request.params.file_id, request.actor)
      return { success: true as const, message: 'File deleted' }
    }
  )
}
