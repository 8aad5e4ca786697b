import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { etagOf } from '../../http/revision-tags.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { ETagHeader } from '../../schemas/revisions.js'
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
        response: {
          200: withHeaders(Success(TenantWithMembers, 'The tenant'), ETagHeader),
          ...tenantErrors()
        }
      }
    },
    async ({ tenant }, reply) => {
      const members = await app.services.members.listFirst(tenant.id)
      void reply.header('etag', etagOf(tenant))
      return { success: true as const, data: { ...tenant, members } }
    }
  )
}
