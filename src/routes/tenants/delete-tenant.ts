import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Done, tenantErrors } from '../../schemas/envelope.js'
import { TenantParams } from '../../schemas/tenants.js'

export const deleteTenant: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/',
    {
      config: { role: 'admin', scope: 'tenants:write' },
      schema: {
        operationId: 'deleteTenant',
        tags: ['Tenants'],
        summary: 'Delete a tenant',
        description:
          'The tenant is closed to all members at once. An admin can reactivate it until an operator purges its data.',
        params: TenantParams,
        response: { 200: Done('The tenant is deleted'), ...tenantErrors(...BODY_ERRORS) }
      }
    },
    async (request) => {
      await app.services.tenants.remove(request.tenant.id, request.actor)
      return { success: true as const, message: 'Tenant deleted' }
    }
  )
}
