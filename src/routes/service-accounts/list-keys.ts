import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { NextPage, PageOf, PageQuery, toPageNumber } from '../../schemas/pagination.js'
import { ApiKey, ServiceAccountParams } from '../../schemas/service-accounts.js'

export const listKeys: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:service_account_id/keys',
    {
      config: { role: 'admin', scope: 'persons' },
      schema: {
        operationId: 'listKeys',
        tags: ['Service accounts'],
        summary: 'List the keys of a service account',
        description: 'Keys stay in the list for 30 days after they were revoked or expired.',
        params: ServiceAccountParams,
        querystring: Type.Object(PageQuery),
        response: {
          200: withHeaders(Success(PageOf(ApiKey), 'A page of keys, newest first'), NextPage),
          ...tenantErrors('PERSONS_ONLY', 'SERVICE_ACCOUNT_NOT_FOUND', 'VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, query } = request
      const service = { tenantId: tenant.id, serviceId: params.service_account_id }
      const list = await app.services.apiKeys.list(service, toPageNumber(query))
      return pageReply(request, reply, list)
    }
  )
}
