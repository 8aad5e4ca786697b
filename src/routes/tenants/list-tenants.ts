import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { sessionErrors, Success, withHeaders } from '../../schemas/envelope.js'
import { NextPage, PageOf, PageQuery, toPageNumber } from '../../schemas/pagination.js'
import { OwnTenant } from '../../schemas/tenants.js'

export const listTenants: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { scope: 'tenants:read' },
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
          200: withHeaders(Success(PageOf(OwnTenant), 'A page of tenants, newest first'), NextPage),
          ...sessionErrors('INSUFFICIENT_SCOPE', 'VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const page = { ...toPageNumber(request.query), includeInactive: request.query.include_inactive }
      const list = await app.services.users.listTenants(request.identity.userId, page)
      return pageReply(request, reply, list)
    }
  )
}
