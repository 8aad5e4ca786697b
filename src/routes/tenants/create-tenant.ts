import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, sessionErrors, Success, withHeaders } from '../../schemas/envelope.js'
import { IdempotencyHeaders, REPLAYED_HEADER, ReplayedHeader } from '../../schemas/idempotency.js'
import { Tenant, TenantName } from '../../schemas/tenants.js'

export const createTenant: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/',
    {
      schema: {
        operationId: 'createTenant',
        tags: ['Tenants'],
        summary: 'Create a tenant',
        description:
          'The tenant gets its own database, which is ready when you get the answer. You become its admin.',
        headers: IdempotencyHeaders,
        body: Type.Object(
          { name: TenantName },
          { additionalProperties: false, title: 'CreateTenantRequest' }
        ),
        response: {
          201: withHeaders(Success(Tenant, 'The new tenant'), ReplayedHeader),
          ...sessionErrors(
            'VALIDATION_ERROR',
            ...BODY_ERRORS,
            'TENANT_CREATION_DENIED',
            'TENANT_LIMIT_REACHED',
            'TENANT_NOT_READY',
            'TENANT_BUSY',
            'IDEMPOTENCY_IN_PROGRESS',
            'IDEMPOTENCY_MISMATCH'
          )
        }
      }
    },
    async (request, reply) => {
      const { body, actor, headers } = request
      const asked = { key: headers['idempotency-key'], askAgain: () => request.askAgain() }
      const { tenants } = app.services
      const { tenant, replayed } = await tenants.create(body.name, actor, asked)
      if (replayed) void reply.header(REPLAYED_HEADER, 'true')
      return reply.code(201).send({ success: true, message: 'Tenant created', data: tenant })
    }
  )
}
