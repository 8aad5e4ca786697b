import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Success, tenantErrors } from '../../schemas/envelope.js'
import { Webhook, WebhookParams } from '../../schemas/webhooks.js'

export const getWebhook: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:webhook_id',
    {
      config: { role: 'admin', scope: 'webhooks' },
      schema: {
        operationId: 'getWebhook',
        tags: ['Webhooks'],
        summary: 'Get a webhook',
        params: WebhookParams,
        response: {
          200: Success(Webhook, 'The webhook'),
          ...tenantErrors('WEBHOOK_NOT_FOUND', 'VALIDATION_ERROR')
        }
      }
    },
    async (request) => {
      const { tenant, params } = request
      const webhook = await app.services.webhooks.find(tenant, params.webhook_id)
      return { success: true as const, data: webhook }
    }
  )
}
