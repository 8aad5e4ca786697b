import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AppError } from '../../../core/errors.js'
import { etagOf } from '../../http/revision-tags.js'
import { BODY_ERRORS, sessionErrors, Success, withHeaders } from '../../schemas/envelope.js'
import { IdempotencyHeaders, REPLAYED_HEADER, ReplayedHeader } from '../../schemas/idempotency.js'
import { ETagHeader } from '../../schemas/revisions.js'
import { NewTenantServer, Tenant, TenantName } from '../../schemas/tenants.js'

const SERVICES_ONLY = 'can only be chosen by a service of the installation'

export const createTenant: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/',
    {
      config: { scope: 'tenants:create' },
      schema: {
        operationId: 'createTenant',
        tags: ['Tenants'],
        summary: 'Create a tenant',
        description:
          'The tenant gets its own database, which is ready when you get the answer. You become its admin.',
        headers: IdempotencyHeaders,
        body: Type.Object(
          { name: TenantName, server: Type.Optional(NewTenantServer) },
          { additionalProperties: false, title: 'CreateTenantRequest' }
        ),
        response: {
          201: withHeaders(Success(Tenant, 'The new tenant'), { ...ReplayedHeader, ...ETagHeader }),
          ...sessionErrors(
            'VALIDATION_ERROR',
            ...BODY_ERRORS,
            'TENANT_CREATION_DENIED',
            'INSUFFICIENT_SCOPE',
            'TENANT_LIMIT_REACHED',
            'SERVERS_FULL',
            'TENANT_NOT_READY',
            'TENANT_BUSY',
            'IDEMPOTENCY_IN_PROGRESS',
            'IDEMPOTENCY_MISMATCH'
          )
        }
      }
    },
    async (request, reply) => {
      const { body, actor, headers, identity } = request
      if (body.server !== undefined && identity.key === undefined)
        throw new AppError('VALIDATION_ERROR', { details: [{ field: '/server', message: SERVICES_ONLY }] })
      const asked = {
        server: body.server,
        key: headers['idempotency-key'],
        askAgain: () => request.askAgain(),
        unlimited: identity.key !== undefined
      }
      const { tenants } = app.services
      const { tenant, replayed } = await tenants.create(body.name, actor, asked)
      if (replayed) void reply.header(REPLAYED_HEADER, 'true')
      void reply.code(201).header('etag', etagOf(tenant))
      return reply.send({ success: true, message: 'Tenant created', data: tenant })
    }
  )
}
