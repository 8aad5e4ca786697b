import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Done, tenantErrors } from '../../schemas/envelope.js'
import { ServiceAccountParams } from '../../schemas/service-accounts.js'

export const deleteServiceAccount: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/:service_account_id',
    {
      config: { role: 'admin', scope: 'persons' },
      schema: {
        operationId: 'deleteServiceAccount',
        tags: ['Service accounts'],
        summary: 'Delete a service account and its keys',
        description: 'Its documents and audit entries stay.',
        params: ServiceAccountParams,
        response: {
          200: Done('The service account is deleted'),
          ...tenantErrors(
            'PERSONS_ONLY',
            'SERVICE_ACCOUNT_NOT_FOUND',
            'LAST_ADMIN',
            'VALIDATION_ERROR',
            ...BODY_ERRORS
          )
        }
      }
    },
    async (request) => {
      const { tenant, params, actor } = request
      await app.services.serviceAccounts.remove(tenant.id, params.service_account_id, actor)
      return { success: true as const, message: 'Service account deleted' }
    }
  )
}
