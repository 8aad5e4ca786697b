import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Done, personErrors } from '../../schemas/envelope.js'
import { AnyPassword } from '../../schemas/users.js'

/** A POST, since some clients and proxies drop the body of a DELETE. */
export const deleteAccount: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/me/delete',
    {
      config: { scope: 'persons', rateLimit: app.authRateLimit },
      schema: {
        operationId: 'deleteAccount',
        tags: ['Users'],
        summary: 'Delete your account',
        description:
          'Your documents and audit entries stay. If you are the last admin of tenants, `LAST_ADMIN` names them in `details`.',
        body: Type.Object(
          { password: AnyPassword },
          { additionalProperties: false, title: 'DeleteAccountRequest' }
        ),
        response: {
          200: Done('The account is deleted'),
          ...personErrors(
            'LAST_ADMIN',
            'WRONG_PASSWORD',
            'VALIDATION_ERROR',
            ...BODY_ERRORS,
            'TOO_MANY_FAILURES',
            'AUTH_BUSY'
          )
        }
      }
    },
    async (request) => {
      const { identity, body, actor } = request
      await app.services.deleteAccount(identity, body.password, actor, () => request.askAgain())
      return { success: true as const, message: 'Account deleted' }
    }
  )
}
