import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Done, personErrors } from '../../schemas/envelope.js'
import { idOf } from '../../../core/formats.js'

export const endSession: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/me/sessions/:session_id',
    {
      config: { scope: 'persons' },
      schema: {
        operationId: 'endSession',
        tags: ['Users'],
        summary: 'End one of your sessions',
        description: 'Its access and refresh tokens stop working everywhere.',
        params: Type.Object({ session_id: idOf('The id of the session') }),
        response: {
          200: Done('The session has ended'),
          ...personErrors('SESSION_NOT_FOUND', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      await app.services.sessions.end(request.params.session_id, request.actor)
      return { success: true as const, message: 'Session ended' }
    }
  )
}
