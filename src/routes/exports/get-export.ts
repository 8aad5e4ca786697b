import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Success, tenantErrors } from '../../schemas/envelope.js'
import { ExportParams, TenantExport } from '../../schemas/exports.js'

export const getExport: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:export_id',
    {
      config: { role: 'admin', scope: 'exports' },
      schema: {
        operationId: 'getExport',
        tags: ['Exports'],
        summary: 'Get an export',
        params: ExportParams,
        response: {
          200: Success(TenantExport, 'The export'),
          ...tenantErrors('EXPORT_NOT_FOUND', 'VALIDATION_ERROR')
        }
      }
    },
    async ({ tenant, params }) => ({
      success: true as const,
      data: await app.services.exports.find(tenant, params.export_id)
    })
  )
}
