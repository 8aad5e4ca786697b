import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, guessingErrors, Success } from '../../schemas/envelope.js'
import { OwnTenant } from '../../schemas/tenants.js'
import { tokenPairProperties } from '../../schemas/tokens.js'
import { AnyPassword, Email, User } from '../../schemas/users.js'

const DEVICE_TOKEN = 'q83vEjRWeJA.device'

export const login: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/login',
    {
      config: { scope: 'public', rateLimit: app.authRateLimit },
      schema: {
        operationId: 'login',
        tags: ['Auth'],
        summary: 'Log in',
        description:
          'A wrong password, an unknown account and a deactivated account give the same answer. After too many wrong ' +
          'passwords, log-ins are refused for a while, even with the right password. A device that sends its ' +
          '`device_token` can still log in, and existing sessions continue.',
        security: [],
        body: Type.Object(
          {
            email: Email,
            password: AnyPassword,
            device_token: Type.Optional(
              Type.String({
                maxLength: 200,
                description: 'From an earlier log-in on this device',
                examples: [DEVICE_TOKEN]
              })
            )
          },
          { additionalProperties: false, title: 'LoginRequest' }
        ),
        response: {
          200: Success(
            Type.Object(
              {
                ...tokenPairProperties,
                device_token: Type.String({
                  description: 'Keep it for the next log-in on this device',
                  examples: [DEVICE_TOKEN]
                }),
                user: User,
                tenants: Type.Array(OwnTenant, { description: 'Your newest 100 active tenants' })
              },
              { title: 'NewSession' }
            ),
            'A new session'
          ),
          ...guessingErrors(
            'INVALID_CREDENTIALS',
            'EMAIL_NOT_VERIFIED',
            'VALIDATION_ERROR',
            ...BODY_ERRORS,
            'TOO_MANY_FAILURES',
            'AUTH_BUSY'
          )
        }
      }
    },
    async (request) => {
      const sender = { ip: request.clientAddress, userAgent: request.headers['user-agent'] }
      return { success: true as const, data: await app.services.auth.login(request.body, sender) }
    }
  )
}
