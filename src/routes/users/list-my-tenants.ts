import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionErrors, Success } from '../../schemas/envelope.js'
import { PageOf, PageQuery, toPageNumber, toPagination } from '../../schemas/pagination.js'
import { OwnTenant } from '../../schemas/tenants.js'

export const listMyTenants: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/me/tenants',
    {
      schema: {
        operationId: 'listMyTenants',
        tags: ['Users'],
        summary: 'List all your tenants, including inactive ones',
        querystring: Type.Object(PageQuery),
        response: {
          200: Success(PageOf(OwnTenant), 'A page of tenants, newest first'),
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
