import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { mayUse } from '../../../core/scopes.js'
import { etagOf } from '../../http/revision-tags.js'
import { FileParams, StoredFileWithDocuments } from '../../schemas/documents.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { ETagHeader } from '../../schemas/revisions.js'

export const getFile: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:file_id',
    {
      config: { role: 'viewer', scope: 'files:read' },
      schema: {
        operationId: 'getFile',
        tags: ['Files'],
        summary: 'Get a file and its documents',
        description:
          'A key without the scope `documents:read` gets the file with an empty list of documents.',
        params: FileParams,
        response: {
          200: withHeaders(Success(StoredFileWithDocuments, 'The file', 'StoredFileResponse'), ETagHeader),
          ...tenantErrors('FILE_NOT_FOUND', 'VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, identity } = request
      const seesDocuments = mayUse(identity.key, 'documents:read')
      const file = await app.services.files.get(tenant, params.file_id, seesDocuments)
      void reply.header('etag', etagOf(file))
      return { success: true as const, data: file }
    }
  )
}
