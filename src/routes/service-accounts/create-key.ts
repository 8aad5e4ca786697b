import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { TENANT_SCOPES } from '../../../core/scopes.js'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { CreateKey, NewApiKey, ServiceAccountParams } from '../../schemas/service-accounts.js'

export const createKey: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:service_account_id/keys',
    {
      config: { role: 'admin', scope: 'persons' },
      schema: {
        operationId: 'createKey',
        tags: ['Service accounts'],
        summary: 'Create a key of a service account',
        description:
          'You get the key only in this answer: the server does not store it. Scopes narrow the role of the service account.',
        params: ServiceAccountParams,
        body: CreateKey,
        response: {
          201: Success(NewApiKey, 'The new key'),
          ...tenantErrors(
            'PERSONS_ONLY',
            'SERVICE_ACCOUNT_NOT_FOUND',
            'TOO_MANY_KEYS',
            'VALIDATION_ERROR',
            ...BODY_ERRORS
          )
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, body, actor } = request
      const service = { tenantId: tenant.id, serviceId: params.service_account_id }
      const wanted = { ...body, scopes: body.scopes ?? TENANT_SCOPES }
      const key = await app.services.apiKeys.create(service, wanted, actor)
      void reply.header('cache-control', 'no-store')
      return reply.code(201).send({ success: true, message: 'Key created', data: key })
    }
  )
}
