import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Success, tenantErrors } from '../../schemas/envelope.js'
import { TenantParams, TenantWithMembers } from '../../schemas/tenants.js'

export const getTenant: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'viewer', scope: 'tenants:read', alsoInactive: true },
      schema: {
        operationId: 'getTenant',
        tags: ['Tenants'],
        summary: 'Get a tenant and its members',
        params: TenantParams,
        response: { 200: Success(TenantWithMembers, 'The tenant'), ...tenantErrors() }
      }
    },
    async (request) => {
      const members = await app.services.members.listFirst(request.tenant.id)
      return { success: true as const, data: { ...request.tenant, members } }
    }
  )
}
