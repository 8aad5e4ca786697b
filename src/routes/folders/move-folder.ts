import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { FolderMoved, MoveFolder } from '../../schemas/folders.js'
import { TenantParams } from '../../schemas/tenants.js'

export const moveFolder: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/move',
    {
      config: { role: 'user', scope: 'documents:write' },
      schema: {
        operationId: 'moveFolder',
        tags: ['Folders'],
        summary: 'Move or rename a folder',
        description:
          'Moves up to 1,000 documents of the folder and of those below it; each gets the events and the audit entry of a ' +
          'single change. While `more` is true, send the same request again. If `to` exists, the folders are merged.',
        params: TenantParams,
        body: MoveFolder,
        response: {
          200: Success(FolderMoved, 'The documents, or 1,000 of them, were moved', 'FolderMovedResponse'),
          ...tenantErrors('VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const { tenant, body, actor } = request
      return { success: true as const, data: await app.services.folders.move(tenant, body, actor) }
    }
  )
}
