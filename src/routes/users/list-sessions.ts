import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionErrors, Success } from '../../schemas/envelope.js'
import { PageOf, PageQuery, toPageNumber, toPagination } from '../../schemas/pagination.js'
import { Session } from '../../schemas/users.js'

export const listSessions: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/me/sessions',
    {
      schema: {
        operationId: 'listSessions',
        tags: ['Users'],
        summary: 'List your sessions',
        querystring: Type.Object(PageQuery),
        response: {
          200: Success(PageOf(Session), 'A page of sessions, the most recently used first'),
          ...sessionErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request) => {
      const { items, total } = await app.services.sessions.list(request.identity, toPageNumber(request.query))
      return { success: true as const, data: { items, pagination: toPagination(request.query, total) } }
    }
  )
}
