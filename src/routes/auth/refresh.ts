import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { bearerToken } from '../../../core/bearer-token.js'
import { BODY_ERRORS, guessingErrors, Success } from '../../schemas/envelope.js'
import { TokenPair } from '../../schemas/tokens.js'

export const refresh: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/refresh',
    {
      config: { scope: 'public', rateLimit: app.authRateLimit },
      schema: {
        operationId: 'refresh',
        tags: ['Auth'],
        summary: 'Refresh the tokens of a session',
        description:
          'Send the refresh token in the body or as the bearer token. You get a new pair of tokens, and the old refresh ' +
          'token is used up. For 10 seconds you can repeat the request and get the same new refresh token. Any older ' +
          'refresh token ends the session. A session also ends at its maximum age (30 days by default), however often ' +
          'you refresh it.',
        security: [{}, { refreshToken: [] }],
        body: Type.Optional(
          Type.Union([
            Type.Object(
              {
                refresh_token: Type.Optional(
                  Type.String({ minLength: 1, maxLength: 1000, examples: ['q83vEjRWeJA.signature'] })
                )
              },
              { additionalProperties: false, title: 'RefreshRequest' }
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
