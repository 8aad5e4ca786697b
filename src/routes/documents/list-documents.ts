import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { Document } from '../../schemas/documents.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { AskedMoment, idOf, MimeType, NO_NUL } from '../../../core/formats.js'
import { AskedOnBehalfOf } from '../../schemas/on-behalf-of.js'
import { CursorQuery, NextPage, PageOf, PageQuery } from '../../schemas/pagination.js'
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
              description: 'Only documents whose name contains this, in upper or lower case',
              examples: ['report']
            })
          ),
          user_id: Type.Optional(idOf('Only documents uploaded by this user')),
          on_behalf_of: AskedOnBehalfOf,
          mime_type: Type.Optional({ ...MimeType, description: 'Only documents of this MIME type' }),
          created_from: Type.Optional({
            ...AskedMoment,
            description: 'Only documents created at or after this time'
          }),
          created_to: Type.Optional({
            ...AskedMoment,
            description: 'Only documents created at or before this time'
          }),
          sort: Sort
        }),
        response: {
          200: withHeaders(Success(PageOf(Document), 'A page of documents'), NextPage),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { page, per_page: perPage, cursor, sort, ...filter } = request.query
      const { documents } = app.services
      const list = await documents.list(request.tenant, { filter, sort, page, perPage, cursor })
      return pageReply(request, reply, list)
    }
  )
}
