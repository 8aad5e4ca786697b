import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { personErrors, Success, withHeaders } from '../../schemas/envelope.js'
import { NextPage, PageOf, PageQuery, toPageNumber } from '../../schemas/pagination.js'
import { Session } from '../../schemas/users.js'

export const listSessions: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/me/sessions',
    {
      config: { scope: 'persons' },
      schema: {
        operationId: 'listSessions',
        tags: ['Users'],
        summary: 'List your sessions',
        querystring: Type.Object(PageQuery),
        response: {
          200: withHeaders(
            Success(PageOf(Session), 'A page of sessions, the most recently used first'),
            NextPage
          ),
          ...personErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const list = await app.services.sessions.list(request.identity, toPageNumber(request.query))
      return pageReply(request, reply, list)
    }
  )
}
