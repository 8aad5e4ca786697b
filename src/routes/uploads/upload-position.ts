import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { tellPosition } from '../../http/tus/index.js'
import { tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { StateHeaders, TusHeaders, UploadParams } from '../../schemas/uploads.js'

export const uploadPosition: FastifyPluginAsyncTypebox = async (app) => {
  app.head(
    '/:upload_id',
    {
      config: { role: 'user', scope: 'documents:write', tus: true, swagger: { exposeHeadRoute: true } },
      schema: {
        operationId: 'getUploadPosition',
        tags: ['Uploads'],
        summary: 'Get the offset from which a resumable upload continues',
        description:
          'The HEAD of tus 1.0. Where other requests would get 429 or 5xx, this gets 423: try again.',
        params: UploadParams,
        headers: TusHeaders,
        response: {
          200: withHeaders(
            Type.Null({ description: 'The state of the upload, in the headers' }),
            StateHeaders
          ),
          ...tenantErrors(
            'TUS_VERSION_UNSUPPORTED',
            'VALIDATION_ERROR',
            'UPLOAD_NOT_FOUND',
            'UPLOAD_GONE',
            'UPLOAD_LOCKED'
          )
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, identity } = request
      const session = await app.services.resumableUploads.position(tenant, params.upload_id, identity.userId)
      const { upload_offset: offset, upload_length: length, metadata, expires_at: expiresAt } = session
      if (length === null) void reply.header('upload-defer-length', '1')
      else void reply.header('upload-length', String(length))
      if (metadata !== null) void reply.header('upload-metadata', metadata)
      return tellPosition(reply, { offset, expiresAt }).send()
    }
  )
}
