import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Done, personErrors } from '../../schemas/envelope.js'

export const logout: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/logout',
    {
      config: { scope: 'persons' },
      schema: {
        operationId: 'logout',
        tags: ['Auth'],
        summary: 'Log out',
        description:
          'Ends the session of the access token. Its access and refresh tokens stop working everywhere.',
        response: { 200: Done('The session has ended'), ...personErrors(...BODY_ERRORS) }
      }
    },
    async (request) => {
      await app.services.auth.logout(request.identity, request.actor)
      return { success: true as const, message: 'Logged out' }
    }
  )
}
