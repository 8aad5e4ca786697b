import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { NewWebhook, WebhookParams } from '../../schemas/webhooks.js'

export const rotateWebhookSecret: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:webhook_id/secret',
    {
      config: { role: 'admin', scope: 'webhooks' },
      schema: {
        operationId: 'rotateWebhookSecret',
        tags: ['Webhooks'],
        summary: 'Make a new secret for a webhook',
        description:
          'For 24 hours, messages are also signed with the previous secret, so you have a day to update the receiver.',
        params: WebhookParams,
        response: {
          201: Success(NewWebhook, 'The webhook with its new secret'),
          ...tenantErrors('WEBHOOK_NOT_FOUND', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, actor } = request
      const webhook = await app.services.webhooks.rotate(tenant, params.webhook_id, actor)
      void reply.header('cache-control', 'no-store')
      return reply.code(201).send({ success: true, message: 'Secret created', data: webhook })
    }
  )
}
