import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { expectedRevisions } from '../../http/revision-tags.js'
import { FileParams } from '../../schemas/documents.js'
import { BODY_ERRORS, Done, tenantErrors } from '../../schemas/envelope.js'
import { IfMatchHeaders } from '../../schemas/revisions.js'

export const deleteFile: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/:file_id',
    {
      config: { role: 'admin', scope: 'files:write' },
      schema: {
        operationId: 'deleteFile',
        tags: ['Files'],
        summary: 'Delete an orphaned file',
        description: 'You can delete a file only if no document refers to it.',
        headers: IfMatchHeaders,
        params: FileParams,
        response: {
          200: Done('The file is deleted'),
          ...tenantErrors(
            'FILE_NOT_FOUND',
            'FILE_IN_USE',
            'PRECONDITION_FAILED',
            'VALIDATION_ERROR',
            ...BODY_ERRORS
          )
        }
      }
    },
    async (request) => {
      const { tenant, params, actor, headers } = request
      const by = { actor, expected: expectedRevisions(headers) }
      await app.services.files.remove(tenant, params.file_id, by)
      return { success: true as const, message: 'File deleted' }
    }
  )
}
