import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionErrors, Success } from '../../schemas/envelope.js'
import { PageOf, PageQuery, toPageNumber, toPagination } from '../../schemas/pagination.js'
import { OwnTenant } from '../../schemas/tenants.js'

export const listTenants: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      schema: {
        operationId: 'listTenants',
        tags: ['Tenants'],
        summary: 'List your tenants, with your role in each',
        querystring: Type.Object({
          ...PageQuery,
          include_inactive: Type.Boolean({
            default: false,
            description: 'Include inactive tenants, which an admin can reactivate'
          })
        }),
        response: {
          200: Success(PageOf(OwnTenant), 'A page of tenants, newest first'),
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
