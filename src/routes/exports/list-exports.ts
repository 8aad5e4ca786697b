import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { TenantExport } from '../../schemas/exports.js'
import { NextPage, PageOf, PageQuery, toPageNumber } from '../../schemas/pagination.js'
import { TenantParams } from '../../schemas/tenants.js'

export const listExports: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'admin', scope: 'exports' },
      schema: {
        operationId: 'listExports',
        tags: ['Exports'],
        summary: 'List the exports of a tenant',
        description: 'Exports are remembered for a week; their archives are kept for 24 hours.',
        params: TenantParams,
        querystring: Type.Object(PageQuery),
        response: {
          200: withHeaders(Success(PageOf(TenantExport), 'A page of exports, newest first'), NextPage),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { tenant, query } = request
      return pageReply(request, reply, await app.services.exports.list(tenant, toPageNumber(query)))
    }
  )
}
