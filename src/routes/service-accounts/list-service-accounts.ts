import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { NextPage, PageOf, PageQuery, toPageNumber } from '../../schemas/pagination.js'
import { ServiceAccount } from '../../schemas/service-accounts.js'
import { TenantParams } from '../../schemas/tenants.js'

export const listServiceAccounts: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'admin', scope: 'persons' },
      schema: {
        operationId: 'listServiceAccounts',
        tags: ['Service accounts'],
        summary: 'List the service accounts of a tenant',
        params: TenantParams,
        querystring: Type.Object(PageQuery),
        response: {
          200: withHeaders(
            Success(PageOf(ServiceAccount), 'A page of service accounts, oldest first'),
            NextPage
          ),
          ...tenantErrors('PERSONS_ONLY', 'VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { tenant, query } = request
      const list = await app.services.serviceAccounts.list(tenant.id, toPageNumber(query))
      return pageReply(request, reply, list)
    }
  )
}
