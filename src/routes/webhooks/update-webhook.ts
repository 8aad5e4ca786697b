import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { UpdateWebhook, Webhook, WebhookParams } from '../../schemas/webhooks.js'

export const updateWebhook: FastifyPluginAsyncTypebox = async (app) => {
  app.put(
    '/:webhook_id',
    {
      config: { role: 'admin', scope: 'webhooks' },
      schema: {
        operationId: 'updateWebhook',
        tags: ['Webhooks'],
        summary: 'Change, disable or enable a webhook',
        description:
          'Fields you leave out stay as they are. A webhook whose deliveries failed is tried again at once. A webhook that ' +
          'you enable continues where it stopped, with the events that are still kept.',
        params: WebhookParams,
        body: UpdateWebhook,
        response: {
          200: Success(Webhook, 'The changed webhook'),
          ...tenantErrors('WEBHOOK_NOT_FOUND', 'URL_REFUSED', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const { tenant, params, body, actor } = request
      const webhook = await app.services.webhooks.update(tenant, params.webhook_id, body, actor)
      return { success: true as const, message: 'Webhook updated', data: webhook }
    }
  )
}
