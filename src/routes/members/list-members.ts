import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { NextPage, PageOf, PageQuery, toPageNumber } from '../../schemas/pagination.js'
import { Member, TenantParams } from '../../schemas/tenants.js'

export const listMembers: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'viewer', scope: 'tenants:read' },
      schema: {
        operationId: 'listMembers',
        tags: ['Tenants'],
        summary: 'List the members of a tenant',
        params: TenantParams,
        querystring: Type.Object(PageQuery),
        response: {
          200: withHeaders(Success(PageOf(Member), 'A page of members, in the order they joined'), NextPage),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { tenant, query } = request
      const list = await app.services.members.list(tenant.id, toPageNumber(query))
      return pageReply(request, reply, list)
    }
  )
}
