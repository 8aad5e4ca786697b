import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { TenantParams } from '../../schemas/tenants.js'
import { CreateWebhook, NewWebhook } from '../../schemas/webhooks.js'

export const createWebhook: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/',
    {
      config: { role: 'admin', scope: 'webhooks' },
      schema: {
        operationId: 'createWebhook',
        tags: ['Webhooks'],
        summary: 'Create a webhook',
        description:
          'Events from now on are sent to the URL, signed as Standard Webhooks describes. The answer has the secret, which ' +
          'you get only once. See the guide on webhooks for what a receiver must do.',
        params: TenantParams,
        body: CreateWebhook,
        response: {
          201: Success(NewWebhook, 'The new webhook'),
          ...tenantErrors('URL_REFUSED', 'TOO_MANY_WEBHOOKS', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request, reply) => {
      const { tenant, body, actor } = request
      const webhook = await app.services.webhooks.create(tenant, body, actor)
      void reply.header('cache-control', 'no-store')
      return reply.code(201).send({ success: true, message: 'Webhook created', data: webhook })
    }
  )
}
