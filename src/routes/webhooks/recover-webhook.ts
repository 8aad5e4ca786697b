import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Done, tenantErrors } from '../../schemas/envelope.js'
import { RecoverWebhook, WebhookParams } from '../../schemas/webhooks.js'

export const recoverWebhook: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:webhook_id/recover',
    {
      config: { role: 'admin', scope: 'webhooks' },
      schema: {
        operationId: 'recoverWebhook',
        tags: ['Webhooks'],
        summary: 'Send all events since a given time again',
        description:
          'For a receiver that lost events. All events logged since then are sent again, delivered or not; the receiver ' +
          'recognises those that it has by the header `webhook-id`.',
        params: WebhookParams,
        body: RecoverWebhook,
        response: {
          202: Done('The events will be sent'),
          ...tenantErrors('WEBHOOK_NOT_FOUND', 'CURSOR_EXPIRED', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, body, actor } = request
      await app.services.webhooks.recover(tenant, params.webhook_id, body.since, actor)
      return reply.code(202).send({ success: true, message: 'The events will be sent' })
    }
  )
}
