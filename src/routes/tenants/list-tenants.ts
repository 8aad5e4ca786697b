import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionErrors, Success } from '../../schemas/envelope.js'
import { ListOf, PageQuery, toPageNumber, toPagination } from '../../schemas/pagination.js'
import { OwnTenant } from '../../schemas/tenants.js'

export const listTenants: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      schema: {
        operationId: 'listTenants',
        tags: ['Tenants'],
        summary: 'The own tenants, with role',
        querystring: Type.Object({
          ...PageQuery,
          include_inactive: Type.Boolean({
            default: false,
            description: 'Also those that an admin may reactivate'
          })
        }),
        response: {
          200: Success(ListOf(OwnTenant), 'A page of tenants, newest first'),
          ...sessionErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request) => {
      const page = { ...toPageNumber(request.query), includeInactive: request.query.include_inactive }
      const { items, total } = await app.services.users.listTenants(request.identity.userId, page)
      return { success: true as const, data: { items, pagination: toPagination(request.query, total) } }
    }
  )
}
