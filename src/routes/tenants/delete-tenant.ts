import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { expectedRevisions } from '../../http/revision-tags.js'
import { BODY_ERRORS, Done, tenantErrors } from '../../schemas/envelope.js'
import { IfMatchHeaders } from '../../schemas/revisions.js'
import { TenantParams } from '../../schemas/tenants.js'

export const deleteTenant: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/',
    {
      config: { role: 'admin', scope: 'tenants:write', alsoInactive: true },
      schema: {
        operationId: 'deleteTenant',
        tags: ['Tenants'],
        summary: 'Delete a tenant',
        description:
          'The tenant is closed to all members at once. An admin can reactivate it until an operator purges its data. ' +
          'Inactive tenants, and those that could not be made ready, can be deleted too.',
        headers: IfMatchHeaders,
        params: TenantParams,
        response: {
          200: Done('The tenant is deleted'),
          ...tenantErrors('PRECONDITION_FAILED', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const { tenant, actor, headers } = request
      await app.services.tenants.remove(tenant.id, { actor, expected: expectedRevisions(headers) })
      return { success: true as const, message: 'Tenant deleted' }
    }
  )
}
