import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Success, tenantErrors } from '../../schemas/envelope.js'
import { ListOf, PageQuery, toPageNumber, toPagination } from '../../schemas/pagination.js'
import { Member, TenantParams } from '../../schemas/tenants.js'

export const listMembers: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listMembers',
        tags: ['Tenants'],
        summary: 'The members of a tenant',
        params: TenantParams,
        querystring: Type.Object(PageQuery),
        response: {
          200: Success(ListOf(Member), 'A page of members, in the order in which they joined'),
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
