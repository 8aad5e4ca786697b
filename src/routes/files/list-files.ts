import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { File } from '../../schemas/documents.js'
import { Success, tenantErrors } from '../../schemas/envelope.js'
import { ListOf, PageQuery, toPageNumber, toPagination } from '../../schemas/pagination.js'
import { TenantParams } from '../../schemas/tenants.js'

export const listFiles: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listFiles',
        tags: ['Files'],
        summary: 'The files of a tenant',
        params: TenantParams,
        querystring: Type.Object({
          ...PageQuery,
          orphaned: Type.Boolean({ default: false, description: 'Only those that no document refers to' })
        }),
        response: {
          200: Success(ListOf(File), 'A page of files, newest first'),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request) => {
      const { tenant, query } = request
      const { items, total } = await app.services.files.list(tenant, {
        ...toPageNumber(query),
        orphaned: query.orphaned
      })
      return { success: true as const, data: { items, pagination: toPagination(query, total) } }
    }
  )
}
