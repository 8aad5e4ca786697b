import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../../core/errors.js'
import { tellPosition } from '../../http/tus/index.js'
import { uploadLength, uploadOffset } from '../../http/tus/headers.js'
import { CONTENT_ERRORS, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { OverrideHeader, UploadParams, WriteHeaders, WrittenHeaders } from '../../schemas/uploads.js'
import { BytesBody, WRITE_ERRORS } from './bytes-body.js'
import { isBytes, receiveBytes } from './receive-bytes.js'

export const writeUpload: FastifyPluginAsyncTypebox = async (app) => {
  async function write(request: FastifyRequest, reply: FastifyReply, uploadId: string) {
    const { headers, tenant } = request
    if (!isBytes(request)) throw new AppError('UNSUPPORTED_MEDIA_TYPE')
    const piece = {
      uploadId,
      offset: uploadOffset(headers),
      length: uploadLength(headers)
    }
    const written = await receiveBytes(app, request, reply, piece)
    if (written.documentId !== null)
      void reply.header('content-location', `/api/tenants/${tenant.id}/documents/${written.documentId}`)
    return tellPosition(reply.code(204), written).send()
  }

  const config = {
    role: 'user',
    scope: 'documents:write',
    tus: true,
    streamedBody: true,
    resumes: true
  } as const
  const described = {
    params: UploadParams,
    headers: WriteHeaders,
    body: BytesBody,
    response: {
      204: withHeaders(Type.Null({ description: 'The bytes are saved' }), WrittenHeaders),
      ...tenantErrors(
        'TUS_VERSION_UNSUPPORTED',
        'VALIDATION_ERROR',
        'EMPTY_FILE',
        ...CONTENT_ERRORS,
        ...WRITE_ERRORS
      )
    }
  } as const
  app.patch(
    '/:upload_id',
    {
      config,
      schema: {
        operationId: 'writeUpload',
        tags: ['Uploads'],
        summary: 'Send bytes of a resumable upload',
        description:
          'The PATCH of tus 1.0. Bytes that arrived before the connection broke are saved, unless the request has a digest.',
        ...described
      }
    },
    (request, reply) => write(request, reply, request.params.upload_id)
  )
  // For networks that block PATCH.
  app.post(
    '/:upload_id',
    {
      config,
      schema: {
        operationId: 'writeUploadByPost',
        tags: ['Uploads'],
        summary: 'Send bytes of a resumable upload where PATCH is blocked',
        description:
          'With `X-HTTP-Method-Override: PATCH`, the same as `writeUpload`. Without that header, you get 404.',
        ...described,
        headers: Type.Object({ ...WriteHeaders.properties, ...OverrideHeader })
      }
    },
    async (request, reply) => {
      if (request.headers['x-http-method-override'] !== 'PATCH') throw app.noRoute(request, reply)
      return write(request, reply, request.params.upload_id)
    }
  )
}
