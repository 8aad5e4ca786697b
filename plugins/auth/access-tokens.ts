import type { FastifyInstance } from 'fastify'
import { AppError } from '../../src/errors.js'

/** Who sends a request, and in which session. */
export interface Identity {
  userId: string
  sessionId: string
}

export interface AccessTokens {
  /** Seconds that a token lives. */
  ttl: number
  sign(identity: Identity): string
  /** @throws {AppError} INVALID_TOKEN, TOKEN_EXPIRED */
  verify(token: string): Identity
}

export const TOKEN_ISSUER = 'strongroom'
export const TOKEN_AUDIENCE = 'strongroom-api'

interface AccessClaims {
  sub: string
  sid: string
  use: string
}

/**
 * Short-lived bearer tokens over `@fastify/jwt`, which is registered with algorithm, issuer and audience
 * pinned. `use` keeps any other token that we may ever sign from passing for an access token.
 * (RFC 8725, JSON Web Token best current practices)
 */
export function createAccessTokens(jwt: FastifyInstance['jwt'], ttl: number): AccessTokens {
  return {
    ttl,
    sign: ({ userId, sessionId }) =>
      jwt.sign({ sub: userId, sid: sessionId, use: 'access' } satisfies AccessClaims),
    verify(token) {
      const claims = verified(jwt, token)
      if (claims.use !== 'access' || typeof claims.sub !== 'string' || typeof claims.sid !== 'string') {
        throw new AppError('INVALID_TOKEN')
      }
      return { userId: claims.sub, sessionId: claims.sid }
    }
  }
}

function verified(jwt: FastifyInstance['jwt'], token: string): Partial<AccessClaims> {
  try {
    return jwt.verify<Partial<AccessClaims>>(token)
  } catch (error) {
    const expired = (error as { code?: unknown }).code === 'FAST_JWT_EXPIRED'
    throw new AppError(expired ? 'TOKEN_EXPIRED' : 'INVALID_TOKEN', { cause: error })
  }
}
