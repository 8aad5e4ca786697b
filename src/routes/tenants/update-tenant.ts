import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { etagOf, expectedRevisions } from '../../http/revision-tags.js'
import { BODY_ERRORS, Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { ETagHeader, IfMatchHeaders } from '../../schemas/revisions.js'
import { Tenant, TenantName, TenantParams } from '../../schemas/tenants.js'

export const updateTenant: FastifyPluginAsyncTypebox = async (app) => {
  app.put(
    '/',
    {
      config: { role: 'admin', scope: 'tenants:write', alsoInactive: true },
      schema: {
        operationId: 'updateTenant',
        tags: ['Tenants'],
        summary: 'Rename, deactivate or reactivate a tenant',
        description:
          'Fields you leave out stay as they are. An inactive tenant is closed to all members. An admin can reactivate ' +
          'it, even after it was deleted, until an operator purges it. The name of its database never changes.',
        headers: IfMatchHeaders,
        params: TenantParams,
        body: Type.Object(
          {
            name: Type.Optional(TenantName),
            is_active: Type.Optional(
              Type.Boolean({
                description: 'Send false to close the tenant, and true to open it again',
                examples: [true]
              })
            )
          },
          { additionalProperties: false, title: 'UpdateTenantRequest' }
        ),
        response: {
          200: withHeaders(Success(Tenant, 'The changed tenant'), ETagHeader),
          ...tenantErrors('VALIDATION_ERROR', 'TENANT_PURGING', 'PRECONDITION_FAILED', ...BODY_ERRORS)
        }
      }
    },
    async (request, reply) => {
      const { body, actor, headers } = request
      const by = { actor, expected: expectedRevisions(headers) }
      const tenant = await app.services.tenants.update(request.tenant.id, body, by)
      void reply.header('etag', etagOf(tenant))
      return { success: true as const, message: 'Tenant updated', data: tenant }
    }
  )
}
