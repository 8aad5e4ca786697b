import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { bearerToken } from '../../../core/bearer-token.js'
import { BODY_ERRORS, guessingErrors, Success } from '../../schemas/envelope.js'
import { TokenPair } from '../../schemas/tokens.js'

export const refresh: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/refresh',
    {
      config: { rateLimit: app.authRateLimit },
      schema: {
        operationId: 'refresh',
        tags: ['Auth'],
        summary: 'Replace a refresh token',
        description:
          'The refresh token comes in the body or as Bearer token. It is used up and replaced. The one just replaced ' +
          'may be presented again for 10 seconds and gives the same successor; an older one ends the session. ' +
          'However often it is refreshed, a session ends at its greatest age (30 days unless the server says otherwise).',
        security: [{}, { refreshToken: [] }],
        body: Type.Optional(
          Type.Union([
            Type.Object(
              {
                refresh_token: Type.Optional(
                  Type.String({ minLength: 1, maxLength: 1000, examples: ['q83vEjRWeJA.signature'] })
                )
              },
              { additionalProperties: false }
            ),
            Type.Null()
          ])
        ),
        response: {
          200: Success(TokenPair, 'The new tokens'),
          ...guessingErrors(
            'NOT_AUTHENTICATED',
            'INVALID_TOKEN',
            'TOKEN_EXPIRED',
            'TOKEN_REUSED',
            'VALIDATION_ERROR',
            ...BODY_ERRORS
          )
        }
      }
    },
    async (request) => {
      const token = request.body?.refresh_token ?? bearerToken(request.headers.authorization)
      return { success: true as const, data: await app.services.auth.refresh(token, request.clientAddress) }
    }
  )
}
