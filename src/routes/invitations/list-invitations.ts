import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { Invitation } from '../../schemas/invitations.js'
import { NextPage, PageOf, PageQuery, toPageNumber } from '../../schemas/pagination.js'
import { TenantParams } from '../../schemas/tenants.js'

export const listInvitations: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'admin', scope: 'members' },
      schema: {
        operationId: 'listInvitations',
        tags: ['Tenants'],
        summary: 'List the open invitations of a tenant',
        params: TenantParams,
        querystring: Type.Object(PageQuery),
        response: {
          200: withHeaders(Success(PageOf(Invitation), 'A page of open invitations, oldest first'), NextPage),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { tenant, query } = request
      return pageReply(request, reply, await app.services.invitations.list(tenant.id, toPageNumber(query)))
    }
  )
}
