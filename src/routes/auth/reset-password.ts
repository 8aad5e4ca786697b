import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, guessingErrors } from '../../schemas/envelope.js'
import { LinkToken } from '../../schemas/invitations.js'
import { NewPassword } from '../../schemas/users.js'

export const resetPassword: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/password/reset',
    {
      config: { scope: 'public', rateLimit: app.authRateLimit },
      schema: {
        operationId: 'resetPassword',
        tags: ['Auth'],
        summary: 'Set a new password with the link from a mail',
        description: 'The link works once, for an hour. All your sessions end.',
        security: [],
        body: Type.Object(
          { token: LinkToken, password: NewPassword },
          { additionalProperties: false, title: 'ResetPasswordRequest' }
        ),
        response: {
          204: Type.Null({ description: 'The password is set' }),
          ...guessingErrors('LINK_EXPIRED', 'VALIDATION_ERROR', 'WEAK_PASSWORD', ...BODY_ERRORS, 'AUTH_BUSY')
        }
      }
    },
    async (request, reply) => {
      const { token, password } = request.body
      await app.services.recovery.reset(token, password, request.clientAddress)
      return reply.code(204).send(null)
    }
  )
}
