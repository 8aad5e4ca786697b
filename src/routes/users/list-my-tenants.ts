import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionErrors, Success } from '../../schemas/envelope.js'
import { ListOf, PageQuery, toPageNumber, toPagination } from '../../schemas/pagination.js'
import { OwnTenant } from '../../schemas/tenants.js'

export const listMyTenants: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/me/tenants',
    {
      schema: {
        operationId: 'listMyTenants',
        tags: ['Users'],
        summary: 'The tenants one belongs to, with role, active or not',
        querystring: Type.Object(PageQuery),
        response: {
          200: Success(ListOf(OwnTenant), 'A page of tenants, newest first'),
          ...sessionErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request) => {
      const page = { ...toPageNumber(request.query), includeInactive: true }
      const { items, total } = await app.services.users.listTenants(request.identity.userId, page)
      return { success: true as const, data: { items, pagination: toPagination(request.query, total) } }
    }
  )
}
