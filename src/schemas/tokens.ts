import { Type } from '@sinclair/typebox'

export const tokenPairProperties = {
  access_token: Type.String({ description: 'Send it as `Authorization: Bearer …`' }),
  refresh_token: Type.String({ description: 'Good for one refresh' }),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds that the access token lives' })
}

export const TokenPair = Type.Object(tokenPairProperties, { title: 'TokenPair' })
