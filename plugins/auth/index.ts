import jwt from '@fastify/jwt'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Actor } from '../../db/actor.js'
import type { Config } from '../../src/config.js'
import { AppError } from '../../src/errors.js'
import type { MainDatabase } from '../database.js'
import {
  createAccessTokens,
  TOKEN_AUDIENCE,
  TOKEN_ISSUER,
  type AccessTokens,
  type Identity
} from './access-tokens.js'
import { bearerToken } from './bearer-token.js'
import { createPasswords } from './passwords.js'
import { createRefreshTokens } from './refresh-tokens.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Hook for scopes that need a session: sets `request.identity` or answers 401. */
    requireSession: (request: FastifyRequest) => Promise<void>
  }
  interface FastifyRequest {
    /** Who sends the request; set in every scope but the public one. */
    identity: Identity
    /** The same person as events and audit entries name them. */
    actor: Actor
  }
}

/** Decorates the application with `accessTokens`, `refreshTokens`, `passwords` and the hook `requireSession`. */
export default fp(
  async (app) => {
    const { auth } = app.getDecorator<Config>('config')
    await app.register(jwt, {
      secret: auth.secret,
      sign: { algorithm: 'HS256', iss: TOKEN_ISSUER, aud: TOKEN_AUDIENCE, expiresIn: `${auth.accessTtl}s` },
      verify: {
        algorithms: ['HS256'],
        allowedIss: TOKEN_ISSUER,
        allowedAud: TOKEN_AUDIENCE,
        requiredClaims: ['sub', 'sid', 'use', 'iat', 'exp', 'iss', 'aud'],
        cache: true
      }
    })
    const tokens: AccessTokens = createAccessTokens(app.jwt, auth.accessTtl)
    app.decorate('accessTokens', tokens)
    app.decorate('refreshTokens', createRefreshTokens(auth.secret))
    app.decorate('passwords', createPasswords(auth.bcryptCost))

    const { sessions } = app.getDecorator<MainDatabase>('database')
    app.decorateRequest('identity')
    app.decorateRequest('actor')
    app.decorate('requireSession', async (request: FastifyRequest) => {
      const identity = tokens.verify(bearerToken(request.headers.authorization))
      if (!(await sessions.isLive(identity.sessionId, identity.userId))) throw new AppError('TOKEN_REVOKED')
      request.identity = identity
      request.actor = { userId: identity.userId, ip: request.ip }
    })
  },
  { name: 'auth', dependencies: ['config', 'database'] }
)
