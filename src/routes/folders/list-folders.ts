import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { askedFolder } from '../../schemas/document-filters.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { ListedFolder } from '../../schemas/folders.js'
import { CursorQuery, NextPage, PageOf, PageQuery } from '../../schemas/pagination.js'
import { TenantParams } from '../../schemas/tenants.js'

export const listFolders: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'viewer', scope: 'documents:read' },
      schema: {
        operationId: 'listFolders',
        tags: ['Folders'],
        summary: 'List the folders in a folder',
        description:
          'A folder exists as long as documents are in it or below. `total` is the number of folders on the page, and ' +
          '`total_capped` says whether there may be more.',
        params: TenantParams,
        querystring: Type.Object({
          parent: { ...askedFolder('The folder whose folders are listed'), default: '/' },
          per_page: PageQuery.per_page,
          ...CursorQuery
        }),
        response: {
          200: withHeaders(
            Success(PageOf(ListedFolder), 'A page of folders, in the order of their bytes'),
            NextPage
          ),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { url, server, query, tenant } = request
      const { parent, per_page, cursor } = query
      const list = await app.services.folders.list(tenant, { parent, perPage: per_page, cursor })
      return pageReply({ url, server, query: { page: 1, per_page } }, reply, list)
    }
  )
}
