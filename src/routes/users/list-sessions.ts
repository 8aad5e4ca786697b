import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionErrors, Success } from '../../schemas/envelope.js'
import { ListOf, PageQuery, toPageNumber, toPagination } from '../../schemas/pagination.js'
import { Session } from '../../schemas/users.js'

export const listSessions: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/me/sessions',
    {
      schema: {
        operationId: 'listSessions',
        tags: ['Users'],
        summary: 'The own sessions',
        querystring: Type.Object(PageQuery),
        response: {
          200: Success(ListOf(Session), 'A page of sessions, the last used ones first'),
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
