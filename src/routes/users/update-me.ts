import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, sessionErrors, Success } from '../../schemas/envelope.js'
import { PersonName, User } from '../../schemas/users.js'

export const updateMe: FastifyPluginAsyncTypebox = async (app) => {
  app.put(
    '/me',
    {
      schema: {
        operationId: 'updateMe',
        tags: ['Users'],
        summary: 'Change the own name',
        description: 'What is not given stays as it is. The e-mail address cannot be changed.',
        body: Type.Object(
          { first_name: Type.Optional(PersonName), last_name: Type.Optional(PersonName) },
          { additionalProperties: false }
        ),
        response: {
          200: Success(User, 'The changed account'),
          ...sessionErrors('VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const user = await app.services.users.update(request.actor, request.body)
      return { success: true as const, message: 'Account updated', data: user }
    }
  )
}
