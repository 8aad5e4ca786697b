import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { Document, DocumentFields, fieldsIn } from '../../schemas/documents.js'
import { DocumentFilters } from '../../schemas/document-filters.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { CountedQuery, CursorQuery, NextPage, PageOf, PageQuery } from '../../schemas/pagination.js'
import { TenantParams } from '../../schemas/tenants.js'

const Sort = Type.Union(
  [
    Type.Literal('created_at'),
    Type.Literal('-created_at'),
    Type.Literal('filename'),
    Type.Literal('-filename')
  ],
  { title: 'DocumentSort', default: '-created_at', description: 'The sort order; "-" means descending' }
)

export const listDocuments: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'viewer', scope: 'documents:read' },
      schema: {
        operationId: 'listDocuments',
        tags: ['Documents'],
        summary: 'List the documents of a tenant',
        description:
          'Use `cursor` instead of `page` to go deep: its cost does not grow. The total is exact without filters; with ' +
          'filters it is counted up to 10,000, and `total=false` saves the time to count. Filters can be combined; a ' +
          'document matches all of them.',
        params: TenantParams,
        querystring: Type.Object({
          ...PageQuery,
          ...CursorQuery,
          ...CountedQuery,
          ...DocumentFilters,
          fields: DocumentFields,
          sort: Sort
        }),
        response: {
          200: withHeaders(Success(PageOf(Document), 'A page of documents'), NextPage),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { page, per_page: perPage, cursor, total: counted, sort, fields, tag, ...filter } = request.query
      const list = await app.services.documents.list(request.tenant, {
        ...{ filter: { ...filter, tags: tag }, sort, page, perPage, cursor, counted },
        fields: fieldsIn(fields)
      })
      return pageReply(request, reply, list)
    }
  )
}
