import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { ResumableUpload, UploadParams } from '../../schemas/uploads.js'
import { shownUpload } from './shown-upload.js'

export const completeUpload: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:upload_id/complete',
    {
      config: { role: 'user', scope: 'documents:write' },
      schema: {
        operationId: 'completeUpload',
        tags: ['Uploads'],
        summary: 'Complete a direct upload',
        description:
          'The server reads the content once, then makes the document; `getUpload` shows when it is done. Safe to repeat.',
        params: UploadParams,
        response: {
          202: Success(ResumableUpload, 'All parts are there, and the document is being made'),
          ...tenantErrors(
            'VALIDATION_ERROR',
            'UPLOAD_NOT_FOUND',
            'UPLOAD_GONE',
            'PARTS_MISSING',
            'DIRECT_UPLOAD_UNAVAILABLE',
            'STORAGE_UNAVAILABLE',
            ...BODY_ERRORS
          )
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, identity } = request
      const upload = await app.services.directUploads.complete(tenant, params.upload_id, identity.userId)
      return reply.code(202).send({ success: true, message: 'Upload completed', data: shownUpload(upload) })
    }
  )
}
