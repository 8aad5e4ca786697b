import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Done, personErrors } from '../../schemas/envelope.js'

export const endOtherSessions: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/me/sessions',
    {
      config: { scope: 'persons' },
      schema: {
        operationId: 'endOtherSessions',
        tags: ['Users'],
        summary: 'End all your other sessions',
        response: { 200: Done('The other sessions have ended'), ...personErrors(...BODY_ERRORS) }
      }
    },
    async (request) => {
      const ended = await app.services.sessions.endOthers(request.identity, request.actor)
      return {
        success: true as const,
        message: `${ended} other ${ended === 1 ? 'session' : 'sessions'} ended`
      }
    }
  )
}
