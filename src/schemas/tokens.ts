import { Type } from '@sinclair/typebox'

export const tokenPairProperties = {
  access_token: Type.String({
    description: 'Send it as `Authorization: Bearer …`',
    examples: ['eyJhbGciOiJIUzI1NiJ9.e30.signature']
  }),
  refresh_token: Type.String({ description: 'Good for one refresh', examples: ['q83vEjRWeJA.signature'] }),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds that the access token lives', examples: [900] })
}

export const TokenPair = Type.Object(tokenPairProperties, { title: 'TokenPair' })
