import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { Tenant, TenantName, TenantParams } from '../../schemas/tenants.js'

export const updateTenant: FastifyPluginAsyncTypebox = async (app) => {
  app.put(
    '/',
    {
      config: { role: 'admin', alsoInactive: true },
      schema: {
        operationId: 'updateTenant',
        tags: ['Tenants'],
        summary: 'Rename, deactivate or reactivate a tenant',
        description:
          'What is not given stays as it is. An inactive tenant is closed to everybody, but an admin may reactivate ' +
          'it, also after it was deleted, until an operator removes it for good. The name of its database never changes.',
        params: TenantParams,
        body: Type.Object(
          {
            name: Type.Optional(TenantName),
            is_active: Type.Optional(
              Type.Boolean({ description: 'false closes the tenant', examples: [true] })
            )
          },
          { additionalProperties: false }
        ),
        response: {
          200: Success(Tenant, 'The changed tenant'),
          ...tenantErrors('VALIDATION_ERROR', 'TENANT_PURGING', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const tenant = await app.services.tenants.update(request.tenant.id, request.body, request.actor)
      return { success: true as const, message: 'Tenant updated', data: tenant }
    }
  )
}
