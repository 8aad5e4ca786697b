import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { IdempotencyHeaders, REPLAYED_HEADER, ReplayedHeader } from '../../schemas/idempotency.js'
import { ON_BEHALF_OF_HEADER } from '../../schemas/on-behalf-of.js'
import { TenantParams } from '../../schemas/tenants.js'
import { DirectUpload, DirectUploadRequest } from '../../schemas/uploads.js'
import { describedAs } from './upload-metadata.js'

export const createDirectUpload: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/direct',
    {
      config: { role: 'user', scope: 'documents:write' },
      schema: {
        operationId: 'createDirectUpload',
        tags: ['Uploads'],
        summary: 'Create a direct upload',
        description:
          'Needs S3 as the storage: get the URLs of the parts from `listUploadParts`, PUT each part to its URL, in any order, ' +
          'and call `completeUpload`.',
        params: TenantParams,
        headers: Type.Object({ ...IdempotencyHeaders.properties, ...ON_BEHALF_OF_HEADER }),
        body: DirectUploadRequest,
        response: {
          201: withHeaders(Success(DirectUpload, 'The new upload'), ReplayedHeader),
          ...tenantErrors(
            'VALIDATION_ERROR',
            'EMPTY_FILE',
            'FILE_TOO_LARGE',
            'QUOTA_EXCEEDED',
            'IDEMPOTENCY_MISMATCH',
            'UPLOAD_NOT_FOUND',
            'DIRECT_UPLOAD_UNAVAILABLE',
            'UPLOADS_BUSY',
            ...BODY_ERRORS
          )
        }
      }
    },
    async (request, reply) => {
      const { tenant, identity, actor, headers, clientAddress: ip } = request
      const { length, content_type, ...declared } = request.body
      const { id, partSize, partsTotal, expiresAt, replayed } = await app.services.directUploads.create(
        tenant,
        {
          ...{ userId: identity.userId, ip, onBehalfOf: actor.onBehalfOf, length },
          ...{ ...describedAs(declared, content_type), key: headers['idempotency-key'] }
        }
      )
      if (replayed) void reply.header(REPLAYED_HEADER, 'true')
      const data = { id, part_size: partSize, parts_total: partsTotal, expires_at: expiresAt }
      return reply.code(201).send({ success: true, message: 'Upload created', data })
    }
  )
}
