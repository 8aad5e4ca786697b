import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { StoredFile } from '../../schemas/documents.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { CursorQuery, NextPage, PageOf, PageQuery } from '../../schemas/pagination.js'
import { TenantParams } from '../../schemas/tenants.js'

export const listFiles: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'viewer', scope: 'files:read' },
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
          200: withHeaders(Success(PageOf(StoredFile), 'A page of files, newest first'), NextPage),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { page, per_page: perPage, cursor, orphaned } = request.query
      const { files } = app.services
      const list = await files.list(request.tenant, { page, perPage, cursor, orphaned })
      return pageReply(request, reply, list)
    }
  )
}
