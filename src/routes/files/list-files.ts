import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { StoredFile } from '../../schemas/documents.js'
import { Success, tenantErrors } from '../../schemas/envelope.js'
import { CursorQuery, PageOf, PageQuery, toPagination } from '../../schemas/pagination.js'
import { TenantParams } from '../../schemas/tenants.js'

export const listFiles: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listFiles',
        tags: ['Files'],
        summary: 'List the files of a tenant',
        description:
          'Use `cursor` instead of `page` to go deep: its cost does not grow. The total is exact; orphaned files are ' +
          'counted up to 10,000.',
        params: TenantParams,
        querystring: Type.Object({
          ...PageQuery,
          ...CursorQuery,
          orphaned: Type.Boolean({ default: false, description: 'Only files that no document refers to' })
        }),
        response: {
          200: Success(PageOf(StoredFile), 'A page of files, newest first'),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request) => {
      const { page, per_page: perPage, cursor, orphaned } = request.query
      const { files } = app.services
      const list = await files.list(request.tenant, { page, perPage, cursor, orphaned })
      const pagination = toPagination(request.query, list.total, list.nextCursor, list.totalCapped)
      return { success: true as const, data: { items: list.items, pagination } }
    }
  )
}
