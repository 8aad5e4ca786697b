import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DownloadUrl } from '../../schemas/documents.js'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { ExportParams } from '../../schemas/exports.js'

export const createExportUrl: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:export_id/download-url',
    {
      config: { role: 'admin', scope: 'exports' },
      schema: {
        operationId: 'createExportUrl',
        tags: ['Exports'],
        summary: 'Create a download URL for an export',
        description:
          'Returns a pre-signed URL of the archive, which works without a token until it expires. The audit log records ' +
          'who got it.',
        params: ExportParams,
        response: {
          200: Success(DownloadUrl, 'The pre-signed URL'),
          ...tenantErrors('EXPORT_NOT_FOUND', 'EXPORT_NOT_READY', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async ({ tenant, params, actor }) => ({
      success: true as const,
      data: await app.services.exports.signDownload(tenant, params.export_id, actor)
    })
  )
}
