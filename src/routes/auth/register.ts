import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, guessingErrors, Success } from '../../schemas/envelope.js'
import { NewEmail, NewPassword, PersonName, User } from '../../schemas/users.js'

export const register: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/register',
    {
      config: { scope: 'public', rateLimit: app.authRateLimit },
      schema: {
        operationId: 'register',
        tags: ['Auth'],
        summary: 'Create an account',
        description: 'If the server sends mail, open the link that it mails you before you log in.',
        security: [],
        body: Type.Object(
          { email: NewEmail, password: NewPassword, first_name: PersonName, last_name: PersonName },
          { additionalProperties: false, title: 'RegisterRequest' }
        ),
        response: {
          201: Success(User, 'The new account'),
          ...guessingErrors(
            'REGISTRATION_CLOSED',
            'EMAIL_TAKEN',
            'VALIDATION_ERROR',
            'WEAK_PASSWORD',
            ...BODY_ERRORS,
            'AUTH_BUSY'
          )
        }
      }
    },
    async (request, reply) => {
      const user = await app.services.auth.register(request.body, request.clientAddress)
      return reply.code(201).send({ success: true, message: 'Account created', data: user })
    }
  )
}
