import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Done, tenantErrors } from '../../schemas/envelope.js'
import { KeyParams } from '../../schemas/service-accounts.js'

export const revokeKey: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/:service_account_id/keys/:key_id',
    {
      config: { role: 'admin', scope: 'persons' },
      schema: {
        operationId: 'revokeKey',
        tags: ['Service accounts'],
        summary: 'Revoke a key',
        description: 'Every process refuses it within a second.',
        params: KeyParams,
        response: {
          200: Done('The key is revoked'),
          ...tenantErrors('PERSONS_ONLY', 'KEY_NOT_FOUND', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const { tenant, params, actor } = request
      const service = { tenantId: tenant.id, serviceId: params.service_account_id }
      await app.services.apiKeys.revoke(service, params.key_id, actor)
      return { success: true as const, message: 'Key revoked' }
    }
  )
}
