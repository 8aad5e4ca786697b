import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, personErrors, Success } from '../../schemas/envelope.js'
import { PersonName, User } from '../../schemas/users.js'

export const updateMe: FastifyPluginAsyncTypebox = async (app) => {
  app.put(
    '/me',
    {
      config: { scope: 'persons' },
      schema: {
        operationId: 'updateMe',
        tags: ['Users'],
        summary: 'Change your name',
        description: 'Fields you leave out stay as they are. You cannot change the e-mail address.',
        body: Type.Object(
          { first_name: Type.Optional(PersonName), last_name: Type.Optional(PersonName) },
          { additionalProperties: false, title: 'UpdateAccountRequest' }
        ),
        response: {
          200: Success(User, 'Your changed account'),
          ...personErrors('VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const user = await app.services.users.update(request.actor, request.body)
      return { success: true as const, message: 'Account updated', data: user }
    }
  )
}
