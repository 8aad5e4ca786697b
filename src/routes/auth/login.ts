import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, guessingErrors, Success } from '../../schemas/envelope.js'
import { OwnTenant } from '../../schemas/tenants.js'
import { tokenPairProperties } from '../../schemas/tokens.js'
import { AnyPassword, Email, User } from '../../schemas/users.js'

export const login: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/login',
    {
      config: { rateLimit: app.authRateLimit },
      schema: {
        operationId: 'login',
        tags: ['Auth'],
        summary: 'Start a session',
        description:
          'A wrong password, an unknown and a deactivated account are answered alike. After too many wrong ' +
          'passwords none is looked at for a while, the right one neither; sessions that were started go on.',
        security: [],
        body: Type.Object({ email: Email, password: AnyPassword }, { additionalProperties: false }),
        response: {
          200: Success(
            Type.Object({
              ...tokenPairProperties,
              user: User,
              tenants: Type.Array(OwnTenant, { description: 'The newest 100 active ones' })
            }),
            'The session was started'
          ),
          ...guessingErrors(
            'INVALID_CREDENTIALS',
            'VALIDATION_ERROR',
            ...BODY_ERRORS,
            'TOO_MANY_FAILURES',
            'AUTH_BUSY'
          )
        }
      }
    },
    async (request) => {
      const { email, password } = request.body
      const sender = { ip: request.clientAddress, userAgent: request.headers['user-agent'] }
      return { success: true as const, data: await app.services.auth.login(email, password, sender) }
    }
  )
}
