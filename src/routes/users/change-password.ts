import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Done, personErrors } from '../../schemas/envelope.js'
import { AnyPassword, NewPassword } from '../../schemas/users.js'

export const changePassword: FastifyPluginAsyncTypebox = async (app) => {
  app.put(
    '/me/password',
    {
      config: { scope: 'persons', rateLimit: app.authRateLimit },
      schema: {
        operationId: 'changePassword',
        tags: ['Users'],
        summary: 'Change your password',
        description: 'Ends all your other sessions. A wrong password counts as a failed log-in.',
        body: Type.Object(
          { current_password: AnyPassword, new_password: NewPassword },
          { additionalProperties: false, title: 'ChangePasswordRequest' }
        ),
        response: {
          200: Done('The password is changed'),
          ...personErrors(
            'WRONG_PASSWORD',
            'VALIDATION_ERROR',
            'WEAK_PASSWORD',
            ...BODY_ERRORS,
            'TOO_MANY_FAILURES',
            'AUTH_BUSY'
          )
        }
      }
    },
    async (request) => {
      const { identity, body, actor } = request
      await app.services.users.changePassword(identity, body, actor, () => request.askAgain())
      return { success: true as const, message: 'Password changed; all other sessions ended' }
    }
  )
}
