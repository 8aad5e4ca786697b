import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Success, tenantErrors } from '../../schemas/envelope.js'
import { TenantParams } from '../../schemas/tenants.js'
import { ResumableUpload, UploadParams } from '../../schemas/uploads.js'
import { shownUpload } from './shown-upload.js'

export const getUpload: FastifyPluginAsyncTypebox = async (app) => {
  const { resumableUploads } = app.services
  app.get(
    '/',
    {
      config: { role: 'user', scope: 'documents:write' },
      schema: {
        operationId: 'listUploads',
        tags: ['Uploads'],
        summary: 'List your resumable and direct uploads',
        description: 'Your newest 100 in the tenant. Uploads that ended more than a day ago are forgotten.',
        params: TenantParams,
        response: {
          200: Success(Type.Array(ResumableUpload), 'Your uploads, newest first', 'UploadsResponse'),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request) => {
      const uploads = await resumableUploads.list(request.tenant, request.identity.userId)
      return { success: true as const, data: uploads.map(shownUpload) }
    }
  )
  app.get(
    '/:upload_id',
    {
      config: { role: 'user', scope: 'documents:write' },
      exposeHeadRoute: false,
      schema: {
        operationId: 'getUpload',
        tags: ['Uploads'],
        summary: 'Get a resumable or direct upload',
        description: 'Shows the state of the upload, and which document was made of it.',
        params: UploadParams,
        response: {
          200: Success(ResumableUpload, 'The upload'),
          ...tenantErrors('UPLOAD_NOT_FOUND', 'VALIDATION_ERROR')
        }
      }
    },
    async (request) => {
      const { tenant, params, identity } = request
      const upload = await resumableUploads.find(tenant, params.upload_id, identity.userId)
      return { success: true as const, data: shownUpload(upload) }
    }
  )
}
