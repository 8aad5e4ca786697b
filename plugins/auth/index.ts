import jwt, { type FastifyJWTOptions } from '@fastify/jwt'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Actor } from '../../db/actor.js'
import type { Config } from '../../core/config/config.js'
import type { Access } from '../access/access.js'
import type { MainDatabase } from '../database.js'
import {
  createAccessTokens,
  TOKEN_AUDIENCE,
  TOKEN_ISSUER,
  type AccessTokens,
  type Identity,
  type Jwt
} from './access-tokens.js'
import { bearerToken } from './bearer-token.js'
import { clientAddress } from './client-address.js'
import { createPasswords } from './passwords.js'
import { createRefreshTokens } from './refresh-tokens.js'
import { createSessionUse } from './session-use.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Reads the access token of a request: sets `request.identity` and `request.actor`, or throws a 401. */
    identify: (request: FastifyRequest) => Identity
    /** Hook for scopes that need a session: identifies the sender or answers 401. */
    requireSession: (request: FastifyRequest) => Promise<void>
  }
  interface FastifyRequest {
    /** Who sends the request; set in every scope but the public one. */
    identity: Identity
    /** Where it comes from: a valid IP address, whatever a trusted proxy says. */
    readonly clientAddress: string
    /** The same person as events and audit entries name them. */
    actor: Actor
  }
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    namespaces: 'current' | 'previous'
  }
}

const jwtOptions = (namespace: 'current' | 'previous', secret: string): FastifyJWTOptions => ({
  namespace,
  secret,
  sign: { algorithm: 'HS256', iss: TOKEN_ISSUER, aud: TOKEN_AUDIENCE },
  verify: {
    algorithms: ['HS256'],
    allowedIss: TOKEN_ISSUER,
    allowedAud: TOKEN_AUDIENCE,
    requiredClaims: ['sub', 'sid', 'use', 'iat', 'exp', 'iss', 'aud'],
    // What was verified is remembered by access-tokens.ts; this cache would hash the token of every request.
    cache: false
  }
})

/** Decorates the application with `accessTokens`, `refreshTokens`, `passwords` and the hook `requireSession`. */
export default fp(
  async (app) => {
    const { auth } = app.getDecorator<Config>('config')
    const [current, previous] = auth.secrets
    await app.register(jwt, jwtOptions('current', current))
    const keys: [Jwt, ...Jwt[]] = [app.jwt.current]
    if (previous !== undefined) {
      await app.register(jwt, jwtOptions('previous', previous))
      keys.push(app.jwt.previous)
    }
    const tokens: AccessTokens = createAccessTokens(keys, auth.accessTtl)
    app.decorate('accessTokens', tokens)
    app.decorate('refreshTokens', createRefreshTokens(auth.secrets))
    app.decorate('passwords', createPasswords(auth.passwordHash))

    const access = app.getDecorator<Access>('access')
    const use = createSessionUse({
      sessions: app.getDecorator<MainDatabase>('database').sessions,
      onError: (error) => app.log.warn({ err: error }, 'the last use of some sessions was not written down')
    })
    app.addHook('onClose', () => use.close())
    app.decorateRequest('clientAddress', {
      getter() {
        return clientAddress(this)
      }
    })
    app.decorateRequest('identity')
    app.decorateRequest('actor')
    app.decorate('identify', (request: FastifyRequest) => {
      const identity = tokens.verify(bearerToken(request.headers.authorization))
      const ip = request.clientAddress
      request.identity = identity
      request.actor = { userId: identity.userId, ip }
      use.note(identity.sessionId, ip)
      return identity
    })
    app.decorate('requireSession', async (request: FastifyRequest) => {
      await access.requireSession(app.identify(request))
    })
  },
  { name: 'auth', dependencies: ['config', 'database', 'access'] }
)
