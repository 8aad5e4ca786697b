import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AppError } from '../../../core/errors.js'
import { hasBody } from '../../http/unread-body.js'
import { tellPosition } from '../../http/tus/index.js'
import { contentLength, declaredLength, uploadChecksum } from '../../http/tus/headers.js'
import { CONTENT_ERRORS, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { IdempotencyHeaders, REPLAYED_HEADER, ReplayedHeader } from '../../schemas/idempotency.js'
import { TenantParams } from '../../schemas/tenants.js'
import { CreatedHeaders, CreationHeaders } from '../../schemas/uploads.js'
import { BytesBody, WRITE_ERRORS } from './bytes-body.js'
import { isBytes, receiveBytes } from './receive-bytes.js'
import { describedBy } from './upload-metadata.js'

export const createUpload: FastifyPluginAsyncTypebox = async (app) => {
  const { resumableUploads } = app.services
  app.post(
    '/',
    {
      config: { role: 'user', scope: 'documents:write', tus: true, streamedBody: true, resumes: true },
      schema: {
        operationId: 'createUpload',
        tags: ['Uploads'],
        summary: 'Create a resumable upload',
        description:
          'The creation of tus 1.0, optionally with the first bytes as the body. Upload-Metadata needs `filename`, and may ' +
          'have `filetype`, `mime_type`, `md5`, `sha256`, `external_id`, `metadata`, `tags` (both as JSON) and `folder`, with ' +
          'the same meaning as for `uploadDocument`; other keys are ignored.',
        params: TenantParams,
        headers: Type.Object({ ...CreationHeaders, ...IdempotencyHeaders.properties }),
        body: BytesBody,
        response: {
          201: withHeaders(Type.Null({ description: 'The upload was created' }), {
            ...CreatedHeaders,
            ...ReplayedHeader
          }),
          ...tenantErrors(
            'TUS_VERSION_UNSUPPORTED',
            'VALIDATION_ERROR',
            'EMPTY_FILE',
            'EXTERNAL_ID_TAKEN',
            'IDEMPOTENCY_MISMATCH',
            ...CONTENT_ERRORS,
            ...WRITE_ERRORS
          )
        }
      }
    },
    async (request, reply) => {
      const { tenant, headers, identity, clientAddress: ip } = request
      const length = declaredLength(headers)
      const size = hasBody(request) ? contentLength(headers) : 0
      const brings = size !== 0
      if (brings && !isBytes(request)) throw new AppError('UNSUPPORTED_MEDIA_TYPE')
      if (length !== null && (size ?? 0) > length)
        throw new AppError('FILE_TOO_LARGE', { message: 'The body is longer than Upload-Length' })
      uploadChecksum(headers)
      const metadata = headers['upload-metadata']
      const { userId } = identity
      const { onBehalfOf } = request.actor
      const key = headers['idempotency-key']
      const described = describedBy(metadata)
      const asked = { userId, ip, onBehalfOf, length, metadata: metadata ?? null, ...described, key }
      const { id, replayed, ...position } = await resumableUploads.create(tenant, asked)
      void reply.header('location', `/api/tenants/${tenant.id}/uploads/${id}`)
      if (replayed) void reply.header(REPLAYED_HEADER, 'true')
      if (!brings || replayed) return tellPosition(reply.code(201), position).send()
      try {
        const piece = { uploadId: id, offset: 0, length: undefined }
        const written = await receiveBytes(app, request, reply, piece)
        return await tellPosition(reply.code(201), written).send()
      } catch (error) {
        // Without a key, the client has no way to find the upload again.
        if (key === undefined) await resumableUploads.remove(tenant, id, userId).catch(() => undefined)
        void reply.removeHeader('location')
        throw error
      }
    }
  )
}
