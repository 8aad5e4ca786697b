import { Type } from '@sinclair/typebox'

export const tokenPairProperties = {
  access_token: Type.String({
    description: 'Send it as `Authorization: Bearer …`',
    examples: ['eyJhbGciOiJIUzI1NiJ9.e30.signature']
  }),
  refresh_token: Type.String({
    description: 'Use it once, to refresh the session',
    examples: ['q83vEjRWeJA.signature']
  }),
  token_type: Type.Literal('Bearer', { title: 'TokenType' }),
  expires_in: Type.Integer({ description: 'The lifetime of the access token in seconds', examples: [900] })
}

export const TokenPair = Type.Object(tokenPairProperties, { title: 'TokenPair' })
