import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Success, tenantErrors } from '../../schemas/envelope.js'
import { PartsQuery, UploadParams, UploadParts } from '../../schemas/uploads.js'

export const listUploadParts: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:upload_id/parts',
    {
      config: { role: 'user', scope: 'documents:write' },
      schema: {
        operationId: 'listUploadParts',
        tags: ['Uploads'],
        summary: 'Get the URLs of the parts of a direct upload',
        description: 'The URLs work for an hour at most. Asking for them keeps the upload from expiring.',
        params: UploadParams,
        querystring: PartsQuery,
        response: {
          200: Success(UploadParts, 'The parts, by their numbers'),
          ...tenantErrors(
            'VALIDATION_ERROR',
            'UPLOAD_NOT_FOUND',
            'UPLOAD_GONE',
            'FILE_TOO_LARGE',
            'DIRECT_UPLOAD_UNAVAILABLE',
            'STORAGE_UNAVAILABLE'
          )
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, identity, query } = request
      const { directUploads } = app.services
      const listed = await directUploads.parts(tenant, params.upload_id, identity.userId, query)
      const { partsTotal, expiresAt, parts } = listed
      void reply.header('cache-control', 'no-store')
      return {
        success: true as const,
        data: { parts_total: partsTotal, expires_at: expiresAt.toISOString(), parts }
      }
    }
  )
}
