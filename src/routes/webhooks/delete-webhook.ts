import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Done, tenantErrors } from '../../schemas/envelope.js'
import { WebhookParams } from '../../schemas/webhooks.js'

export const deleteWebhook: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/:webhook_id',
    {
      config: { role: 'admin', scope: 'webhooks' },
      schema: {
        operationId: 'deleteWebhook',
        tags: ['Webhooks'],
        summary: 'Delete a webhook',
        params: WebhookParams,
        response: {
          200: Done('The webhook is deleted'),
          ...tenantErrors('WEBHOOK_NOT_FOUND', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const { tenant, params, actor } = request
      await app.services.webhooks.remove(tenant, params.webhook_id, actor)
      return { success: true as const, message: 'Webhook deleted' }
    }
  )
}
