import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { WebhookParams, WebhookTest } from '../../schemas/webhooks.js'

export const testWebhook: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:webhook_id/test',
    {
      config: { role: 'admin', scope: 'webhooks' },
      schema: {
        operationId: 'testWebhook',
        tags: ['Webhooks'],
        summary: 'Send a test event to a webhook',
        description:
          'Sends an event of the type `webhook.test` at once, and answers with the result. The event is not retried, and is ' +
          'not listed among the deliveries.',
        params: WebhookParams,
        response: {
          200: Success(WebhookTest, 'The result of the attempt'),
          ...tenantErrors('WEBHOOK_NOT_FOUND', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const { tenant, params, actor } = request
      const result = await app.services.testWebhook(tenant, params.webhook_id, actor)
      return { success: true as const, data: result }
    }
  )
}
