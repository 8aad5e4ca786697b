import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionErrors, Success } from '../../schemas/envelope.js'
import { User } from '../../schemas/users.js'

export const getMe: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/me',
    {
      config: { scope: 'any' },
      schema: {
        operationId: 'getMe',
        tags: ['Users'],
        summary: 'Get your account',
        description: 'With a key, you get its service account.',
        response: { 200: Success(User, 'Your account'), ...sessionErrors() }
      }
    },
    async (request) => ({
      success: true as const,
      data: await app.services.users.get(request.identity.userId)
    })
  )
}
