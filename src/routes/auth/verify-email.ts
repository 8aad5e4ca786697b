import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, guessingErrors } from '../../schemas/envelope.js'
import { LinkToken } from '../../schemas/invitations.js'

export const verifyEmail: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/email/verify',
    {
      config: { scope: 'public', rateLimit: app.authRateLimit },
      schema: {
        operationId: 'verifyEmail',
        tags: ['Auth'],
        summary: 'Confirm your e-mail address with the link from a mail',
        description: 'The link works for 24 hours. A log-in with an unconfirmed address sends another one.',
        security: [],
        body: Type.Object({ token: LinkToken }, { additionalProperties: false, title: 'VerifyEmailRequest' }),
        response: {
          204: Type.Null({ description: 'The address is confirmed' }),
          ...guessingErrors('LINK_EXPIRED', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request, reply) => {
      await app.services.recovery.verifyEmail(request.body.token, request.clientAddress)
      return reply.code(204).send(null)
    }
  )
}
