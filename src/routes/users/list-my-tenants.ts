import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { personErrors, Success, withHeaders } from '../../schemas/envelope.js'
import { NextPage, PageOf, PageQuery, toPageNumber } from '../../schemas/pagination.js'
import { OwnTenant } from '../../schemas/tenants.js'

export const listMyTenants: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/me/tenants',
    {
      config: { scope: 'persons' },
      schema: {
        operationId: 'listMyTenants',
        tags: ['Users'],
        summary: 'List all your tenants, including inactive ones',
        querystring: Type.Object(PageQuery),
        response: {
          200: withHeaders(Success(PageOf(OwnTenant), 'A page of tenants, newest first'), NextPage),
          ...personErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const page = { ...toPageNumber(request.query), includeInactive: true }
      const list = await app.services.users.listTenants(request.identity.userId, page)
      return pageReply(request, reply, list)
    }
  )
}
