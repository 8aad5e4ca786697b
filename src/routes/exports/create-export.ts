import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { TenantExport } from '../../schemas/exports.js'
import { TenantParams } from '../../schemas/tenants.js'

export const createExport: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/',
    {
      config: { role: 'admin', scope: 'exports' },
      schema: {
        operationId: 'createExport',
        tags: ['Exports'],
        summary: 'Ask for an export of a tenant',
        description:
          'The worker writes all documents, files and members, as they are at one moment, to a tar archive. When it is ' +
          'ready, you get a mail, and the event `tenant.exported` is published. The archive is kept for 24 hours. One ' +
          'export is made at a time, and at most 3 are begun within 24 hours.',
        params: TenantParams,
        response: {
          202: Success(TenantExport, 'The export, which is not ready yet'),
          ...tenantErrors('TOO_MANY_EXPORTS', 'EXPORT_TOO_LARGE', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request, reply) => {
      const { tenant, actor } = request
      const created = await app.services.exports.create(tenant, actor)
      return reply.code(202).send({ success: true, message: 'Export started', data: created })
    }
  )
}
