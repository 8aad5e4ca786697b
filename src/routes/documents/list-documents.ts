import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Document } from '../../schemas/documents.js'
import { Success, tenantErrors } from '../../schemas/envelope.js'
import { AskedMoment, idOf, MimeType, NO_NUL } from '../../../core/formats.js'
import { CursorQuery, ListOf, PageQuery, toPagination } from '../../schemas/pagination.js'
import { TenantParams } from '../../schemas/tenants.js'

const Sort = Type.Union(
  [
    Type.Literal('created_at'),
    Type.Literal('-created_at'),
    Type.Literal('filename'),
    Type.Literal('-filename')
  ],
  { default: '-created_at', description: 'By what, and with "-" the other way round' }
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
              format: 'text',
              description: 'Part of the name, in any case',
              examples: ['report']
            })
          ),
          user_id: Type.Optional(idOf('Only what this user uploaded')),
          mime_type: Type.Optional({ ...MimeType, description: 'Only documents of this type' }),
          created_from: Type.Optional({ ...AskedMoment, description: 'Not created before this moment' }),
          created_to: Type.Optional({ ...AskedMoment, description: 'Not created after this moment' }),
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
