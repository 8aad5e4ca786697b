import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Success, tenantErrors } from '../../schemas/envelope.js'
import { PageOf, PageQuery, toPageNumber, toPagination } from '../../schemas/pagination.js'
import { Member, TenantParams } from '../../schemas/tenants.js'

export const listMembers: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listMembers',
        tags: ['Tenants'],
        summary: 'List the members of a tenant',
        params: TenantParams,
        querystring: Type.Object(PageQuery),
        response: {
          200: Success(PageOf(Member), 'A page of members, in the order they joined'),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request) => {
      const { tenant, query } = request
      const { items, total } = await app.services.members.list(tenant.id, toPageNumber(query))
      return { success: true as const, data: { items, pagination: toPagination(query, total) } }
    }
  )
}
