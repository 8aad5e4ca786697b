import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, tenantErrors } from '../../schemas/envelope.js'
import { TusHeaders, UploadParams } from '../../schemas/uploads.js'

export const deleteUpload: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/:upload_id',
    {
      config: { role: 'user', scope: 'documents:write', tus: 'optional' },
      schema: {
        operationId: 'deleteUpload',
        tags: ['Uploads'],
        summary: 'Delete a resumable or direct upload',
        description:
          'The termination of tus 1.0: removes the bytes that have arrived. A document that was made of the upload stays. ' +
          'An admin may also delete the uploads of others.',
        params: UploadParams,
        headers: TusHeaders,
        response: {
          204: Type.Null({ description: 'The upload is deleted' }),
          ...tenantErrors('TUS_VERSION_UNSUPPORTED', 'VALIDATION_ERROR', 'UPLOAD_NOT_FOUND', ...BODY_ERRORS)
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, identity, role } = request
      const userId = role === 'admin' ? undefined : identity.userId
      await app.services.resumableUploads.remove(tenant, params.upload_id, userId)
      return reply.code(204).send(null)
    }
  )
}
