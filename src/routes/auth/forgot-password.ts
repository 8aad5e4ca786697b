import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Done, guessingErrors } from '../../schemas/envelope.js'
import { Email } from '../../schemas/users.js'

export const forgotPassword: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/password/forgot',
    {
      config: { scope: 'public', rateLimit: app.authRateLimit },
      schema: {
        operationId: 'forgotPassword',
        tags: ['Auth'],
        summary: 'Ask for a link to set a new password',
        description:
          'The answer does not say whether the address has an account. An address gets at most 3 such mails an hour.',
        security: [],
        body: Type.Object({ email: Email }, { additionalProperties: false, title: 'ForgotPasswordRequest' }),
        response: {
          202: Done('If the address has an account, and the server can send mail, a link is on its way'),
          ...guessingErrors('VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request, reply) => {
      await app.services.recovery.forgot(request.body.email)
      const message = 'If the address has an account, it gets a mail'
      return reply.code(202).send({ success: true, message })
    }
  )
}
