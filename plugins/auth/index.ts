import jwt, { type FastifyJWTOptions } from '@fastify/jwt'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { provide, resource } from '../resources.js'
import type { Actor } from '../../db/actor.js'
import { isApiKey } from '../../core/api-key.js'
import { bearerToken } from '../../core/bearer-token.js'
import { AppError } from '../../core/errors.js'
import {
  createAccessTokens,
  TOKEN_AUDIENCE,
  TOKEN_ISSUER,
  type AccessTokens,
  type Identity,
  type Jwt
} from './access-tokens.js'
import { createApiKeys } from './api-keys.js'
import { senderOf } from '../../core/senders.js'
import { clientAddress } from './client-address.js'
import { createDeviceTokens, type DeviceTokens } from './device-tokens.js'
import { createLinkTokens, type LinkTokens } from '../mail/link-tokens.js'
import { onBehalfOf } from './on-behalf-of.js'
import { createPasswords, type Passwords } from './passwords.js'
import { createRequestLimits, type RequestLimits } from './request-limits.js'
import { createRefreshTokens, type RefreshTokens } from './refresh-tokens.js'
import { requireScope, requireScopeOnEveryRoute } from './scopes.js'
import { createSessionUse } from './session-use.js'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Reads the access token or the key of a request, and counts the request: sets `request.identity` and
     * `request.actor`, or throws a 401, 422, 429 or 503.
     */
    identify: (request: FastifyRequest, reply: FastifyReply) => Promise<Identity>
    /** Reads the key of a request again, if it has one: the key may have been revoked, or have expired. */
    readKeyAgain: (request: FastifyRequest) => Promise<void>
    /**
     * Checks the sender of an endless response, such as an event stream, as if the request had just arrived: its token
     * may have expired since.
     * @throws {AppError} as the scope's hook does
     */
    askAsNew: (request: FastifyRequest) => Promise<void>
    /** How many requests accounts and tenants may send. */
    requestLimits: RequestLimits
    /** Hook for scopes that need a session: identifies the sender or answers 401. */
    requireSession: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
    /**
     * Hook for operators' scopes: admits people with the operator flag, and services of the installation whose key has
     * the route's scope; answers everyone else with 401 or 403.
     */
    requireOperator: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  }
  interface FastifyRequest {
    /** The sender; set in every scope except the public one. */
    identity: Identity
    /** The sender's address: a valid IP address, whatever a trusted proxy says. */
    readonly clientAddress: string
    /** That address, or the network of an IPv6 address: what counts as one sender in fair lines. */
    readonly sender: string
    /** The sender as events and audit entries name them. */
    actor: Actor
    /**
     * Checks again whether the sender may do this, since access may have been revoked after the request arrived.
     * Answered from the cache while the cache is certain to be current.
     * @throws {AppError} as the scope's hook does
     */
    askAgain: () => Promise<void>
  }
}

declare module '../resources.js' {
  interface Resources {
    accessTokens: AccessTokens
    refreshTokens: RefreshTokens
    linkTokens: LinkTokens
    deviceTokens: DeviceTokens
    passwords: Passwords
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
    // access-tokens.ts caches verified tokens; the cache of @fastify/jwt would hash the token of every request.
    cache: false
  }
})

/** Milliseconds after which the sender's rights are checked again: changes must take effect within a second. */
const STALE_MS = 1_000

const NOT_AN_OPERATOR = { message: 'Only operators may do this; ask one of them' }

/** Provides the tokens and `passwords`, and decorates the application with the hook `requireSession`. */
export default fp(
  async (app) => {
    const { auth, bounds } = resource(app, 'config')
    const [current, previous] = auth.secrets
    await app.register(jwt, jwtOptions('current', current))
    const keys: [Jwt, ...Jwt[]] = [app.jwt.current]
    if (previous !== undefined) {
      await app.register(jwt, jwtOptions('previous', previous))
      keys.push(app.jwt.previous)
    }
    const tokens: AccessTokens = createAccessTokens(keys, auth.accessTtl)
    provide(app, 'accessTokens', tokens)
    provide(app, 'refreshTokens', createRefreshTokens(auth.secrets))
    provide(app, 'linkTokens', createLinkTokens(auth.secrets))
    provide(app, 'deviceTokens', createDeviceTokens(auth.lastingSecrets))
    provide(app, 'passwords', createPasswords(auth.passwordHash))

    const access = resource(app, 'access')
    const { sessions, apiKeys, users } = resource(app, 'database')
    const use = createSessionUse({
      sessions,
      onError: (error) => app.log.warn({ err: error }, 'the last use of some sessions was not recorded')
    })
    const keyUse = createSessionUse({
      sessions: apiKeys,
      onError: (error) => app.log.warn({ err: error }, 'the last use of some keys was not recorded')
    })
    app.addHook('onClose', async () => {
      await Promise.all([use.close(), keyUse.close()])
    })
    app.decorateRequest('clientAddress', {
      getter() {
        return clientAddress(this)
      }
    })
    app.decorateRequest('sender', {
      getter() {
        return senderOf(this.clientAddress)
      }
    })
    app.decorateRequest('identity')
    app.decorateRequest('actor')
    app.decorateRequest('askAgain', function (this: FastifyRequest) {
      return mayContinue(this)
    })
    // While a slow body arrives, the sender's rights may change.
    app.addHook('preHandler', (request, reply, done) => {
      const { identity } = request as Partial<FastifyRequest>
      if (identity === undefined || reply.elapsedTime < STALE_MS) done()
      else request.askAgain().then(() => done(), done)
    })
    const limits = createRequestLimits(bounds)
    app.decorate('requestLimits', limits)
    requireScopeOnEveryRoute(app)
    const verifyKey = createApiKeys(access)

    /** Expects a key, if there is one, that was just read: only sessions are looked up here. */
    async function requireLive(request: FastifyRequest): Promise<void> {
      if (request.identity.key === undefined) await access.requireSession(request.identity)
      requireScope(request)
    }
    async function readKeyAgain(request: FastifyRequest): Promise<void> {
      if (request.identity.key !== undefined)
        request.identity = await verifyKey(bearerToken(request.headers.authorization), request)
    }
    async function mayContinue(request: FastifyRequest): Promise<void> {
      await readKeyAgain(request)
      await requireLive(request)
    }

    app.decorate('readKeyAgain', readKeyAgain)
    app.decorate('askAsNew', async (request: FastifyRequest) => {
      if (request.identity.key === undefined) tokens.verify(bearerToken(request.headers.authorization))
      await request.askAgain()
    })
    app.decorate('identify', async (request: FastifyRequest, reply: FastifyReply) => {
      const token = bearerToken(request.headers.authorization)
      const isKey = isApiKey(token)
      const identity = isKey ? await verifyKey(token, request) : tokens.verify(token)
      limits.account(reply, identity.userId)
      const ip = request.clientAddress
      request.identity = identity
      request.actor = { userId: identity.userId, ip, onBehalfOf: onBehalfOf(request.raw, isKey) }
      ;(isKey ? keyUse : use).note(identity.sessionId, ip)
      return identity
    })
    app.decorate('requireSession', async (request: FastifyRequest, reply: FastifyReply) => {
      await app.identify(request, reply)
      await requireLive(request)
    })
    const isOperator = async ({ key, userId }: Identity) =>
      key !== undefined || (await users.isOperator(userId))
    app.decorate('requireOperator', async (request: FastifyRequest, reply: FastifyReply) => {
      request.askAgain = async function (this: FastifyRequest) {
        await mayContinue(this)
        if (!(await isOperator(this.identity))) throw new AppError('INSUFFICIENT_ROLE', NOT_AN_OPERATOR)
      }
      await app.identify(request, reply)
      await request.askAgain()
    })
  },
  { name: 'auth', dependencies: ['config', 'database', 'access'] }
)
