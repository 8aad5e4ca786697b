import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BulkRequest, BulkResults } from '../../schemas/bulk.js'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { TenantParams } from '../../schemas/tenants.js'

export const changeInBulk: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/bulk',
    {
      config: { role: 'user', scope: 'documents:write' },
      schema: {
        operationId: 'changeDocumentsInBulk',
        tags: ['Documents'],
        summary: 'Change or delete up to 1,000 documents',
        description:
          'Each document has its own outcome, and gets the events and audit entries of a single change. All changes ' +
          'commit together, and each action is safe to repeat.',
        params: TenantParams,
        body: BulkRequest,
        response: {
          200: Success(BulkResults, 'The outcome of each document'),
          ...tenantErrors('VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const { tenant, body, actor } = request
      const { ids, ...action } = body
      const results = await app.services.changeInBulk(tenant, ids, action, actor)
      return { success: true as const, data: { results } }
    }
  )
}
