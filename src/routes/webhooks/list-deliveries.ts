import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { NextPage, PageOf, toPageNumber } from '../../schemas/pagination.js'
import { DeliveryQuery, WebhookDelivery, WebhookParams } from '../../schemas/webhooks.js'

export const listWebhookDeliveries: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:webhook_id/deliveries',
    {
      config: { role: 'admin', scope: 'webhooks' },
      schema: {
        operationId: 'listWebhookDeliveries',
        tags: ['Webhooks'],
        summary: 'List the deliveries of a webhook',
        description:
          'An event appears after its first attempt, and stays as long as events are kept. The total is counted up to 10,000.',
        params: WebhookParams,
        querystring: DeliveryQuery,
        response: {
          200: withHeaders(
            Success(PageOf(WebhookDelivery), 'A page of deliveries, newest event first'),
            NextPage
          ),
          ...tenantErrors('WEBHOOK_NOT_FOUND', 'VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, query } = request
      const page = { ...toPageNumber(query), state: query.state }
      const list = await app.services.webhooks.deliveries(tenant, params.webhook_id, page)
      return pageReply(request, reply, list)
    }
  )
}
