import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { NextPage, PageOf, PageQuery, toPageNumber } from '../../schemas/pagination.js'
import { TenantParams } from '../../schemas/tenants.js'
import { Webhook } from '../../schemas/webhooks.js'

export const listWebhooks: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'admin', scope: 'webhooks' },
      schema: {
        operationId: 'listWebhooks',
        tags: ['Webhooks'],
        summary: 'List the webhooks of a tenant',
        params: TenantParams,
        querystring: Type.Object(PageQuery),
        response: {
          200: withHeaders(Success(PageOf(Webhook), 'A page of webhooks, oldest first'), NextPage),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { tenant, query } = request
      const list = await app.services.webhooks.list(tenant, toPageNumber(query))
      return pageReply(request, reply, list)
    }
  )
}
