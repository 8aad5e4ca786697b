import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Document } from '../../schemas/documents.js'
import { Success, tenantErrors } from '../../schemas/envelope.js'
import { AskedMoment, Id, MimeType, NO_NUL } from '../../schemas/formats.js'
import { CursorQuery, ListOf, PageQuery, toPagination } from '../../schemas/pagination.js'
import { TenantParams } from '../../schemas/tenants.js'

const Sort = Type.Union(
  [
    Type.Literal('created_at'),
    Type.Literal('-created_at'),
    Type.Literal('filename'),
    Type.Literal('-filename')
  ],
  { default: '-created_at' }
)

export const listDocuments: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listDocuments',
        tags: ['Documents'],
        summary: 'The documents of a tenant',
        description:
          '`cursor` stands in for `page`: its cost does not grow with depth. The total is exact without filters; with ' +
          'filters it is counted up to 10,000.',
        params: TenantParams,
        querystring: Type.Object({
          ...PageQuery,
          ...CursorQuery,
          filename: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 255,
              pattern: NO_NUL,
              description: 'Part of the name, in any case'
            })
          ),
          user_id: Type.Optional(Id),
          mime_type: Type.Optional(MimeType),
          created_from: Type.Optional(AskedMoment),
          created_to: Type.Optional(AskedMoment),
          sort: Sort
        }),
        response: {
          200: Success(ListOf(Document), 'A page of documents'),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request) => {
      const { page, per_page: perPage, cursor, sort, ...filter } = request.query
      const { documents } = app.services
      const list = await documents.list(request.tenant, { filter, sort, page, perPage, cursor })
      const pagination = toPagination(request.query, list.total, list.nextCursor, list.totalCapped)
      return { success: true as const, data: { items: list.items, pagination } }
    }
  )
}
