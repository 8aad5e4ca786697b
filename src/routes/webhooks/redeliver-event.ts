import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Done, tenantErrors } from '../../schemas/envelope.js'
import { DeliveryParams } from '../../schemas/webhooks.js'

export const redeliverEvent: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:webhook_id/deliveries/:event_id/redeliver',
    {
      config: { role: 'admin', scope: 'webhooks' },
      schema: {
        operationId: 'redeliverEvent',
        tags: ['Webhooks'],
        summary: 'Send an event to a webhook again',
        description:
          'The event gets all of its attempts again, delivered or not. A disabled webhook gets it once it is enabled.',
        params: DeliveryParams,
        response: {
          202: Done('The event will be sent'),
          ...tenantErrors('WEBHOOK_NOT_FOUND', 'DELIVERY_NOT_FOUND', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request, reply) => {
      const { tenant, params } = request
      await app.services.webhooks.redeliver(tenant, params.webhook_id, params.event_id)
      return reply.code(202).send({ success: true, message: 'The event will be sent' })
    }
  )
}
