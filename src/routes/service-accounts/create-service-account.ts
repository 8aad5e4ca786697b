import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { CreateServiceAccount, ServiceAccount } from '../../schemas/service-accounts.js'
import { TenantParams } from '../../schemas/tenants.js'

export const createServiceAccount: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/',
    {
      config: { role: 'admin', scope: 'persons' },
      schema: {
        operationId: 'createServiceAccount',
        tags: ['Service accounts'],
        summary: 'Create a service account',
        description: 'It becomes a member of the tenant. Next, create a key for it.',
        params: TenantParams,
        body: CreateServiceAccount,
        response: {
          201: Success(ServiceAccount, 'The new service account'),
          ...tenantErrors('PERSONS_ONLY', 'MEMBER_LIMIT_REACHED', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request, reply) => {
      const { tenant, body, actor } = request
      const service = await app.services.serviceAccounts.create(tenant.id, body, actor)
      return reply.code(201).send({ success: true, message: 'Service account created', data: service })
    }
  )
}
