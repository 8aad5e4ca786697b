import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Success, tenantErrors } from '../../schemas/envelope.js'
import { TenantParams } from '../../schemas/tenants.js'
import { Usage } from '../../schemas/usage.js'

export const getUsage: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/usage',
    {
      config: { role: 'viewer', scope: 'usage:read' },
      schema: {
        operationId: 'getUsage',
        tags: ['Tenants'],
        summary: 'Get the usage and the limits of a tenant',
        params: TenantParams,
        response: { 200: Success(Usage, 'The current usage; it is exact'), ...tenantErrors() }
      }
    },
    async (request) => ({
      success: true as const,
      data: await app.services.usage.get(request.tenant)
    })
  )
}
