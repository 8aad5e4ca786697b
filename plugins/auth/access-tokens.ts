import { LRUCache } from 'lru-cache'
import { AppError } from '../../core/errors.js'
import { isWrittenUuid } from '../../core/uuid.js'
import type { KnownKey } from '../access/known-key.js'

/** The sender of a request, and their session. */
export interface Identity {
  userId: string
  /** For a service: the id of its key, which replaces the session. */
  sessionId: string
  /** Set for a service. */
  key?: KnownKey
}

export interface AccessTokens {
  /**
   * @param sessionEndsIn seconds until its session ends; the token does not outlive the session
   * @returns the token, and its lifetime in seconds
   */
  sign(identity: Identity, sessionEndsIn: number): { token: string; expiresIn: number }
  /** @throws {AppError} INVALID_TOKEN, TOKEN_EXPIRED */
  verify(token: string): Identity
}

export const TOKEN_ISSUER = 'strongroom'
export const TOKEN_AUDIENCE = 'strongroom-api'

/** Characters; our tokens have about 350. Longer ones are rejected without being hashed. */
const MAX_TOKEN_LENGTH = 1024

/**
 * The canonical base64url form of 32 bytes: 43 characters. Decoders accept other last characters for the same bytes.
 */
const SIGNATURE = /\.[\w-]{42}[AEIMQUYcgkosw048]$/

interface AccessClaims {
  sub: string
  sid: string
  use: string
  /** Seconds since 1970. */
  exp: number
}

/** Signs and verifies with one secret; algorithm, issuer, audience and the required claims are pinned. */
export interface Jwt {
  sign(payload: AccessClaims): string
  verify<T>(token: string): T
}

const isId = (value: unknown): value is string => typeof value === 'string' && isWrittenUuid(value)
const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value)

/**
 * Maximum number of cached tokens. The least recently used are evicted; a request with an evicted one computes its HMAC
 * again.
 */
const VERIFIED_TOKENS = 10_000

/** The claims of a verified token, and its expiry. */
interface Verified {
  identity: Identity
  /** Milliseconds since 1970. */
  expires: number
}

/**
 * Short-lived bearer tokens (RFC 7519). The claim `use` keeps any other token that we may ever sign from being accepted
 * as an access token. (RFC 8725, JSON Web Token best current practices)
 * @param keys the first signs; tokens made with the others are accepted too
 * @param ttl maximum lifetime of a token in seconds
 */
export function createAccessTokens(keys: [Jwt, ...Jwt[]], ttl: number): AccessTokens {
  const remembered = new LRUCache<string, Verified>({ max: VERIFIED_TOKENS })

  function check(token: string): Verified {
    if (token.length > MAX_TOKEN_LENGTH || !SIGNATURE.test(token)) throw new AppError('INVALID_TOKEN')
    const { sub, sid, use, iat, exp } = verified(keys, token)
    if (use !== 'access' || !isId(sub) || !isId(sid)) throw new AppError('INVALID_TOKEN')
    // JSON can express infinity: 1e999.
    if (!isFiniteNumber(iat) || !isFiniteNumber(exp)) throw new AppError('INVALID_TOKEN')
    return { identity: { userId: sub, sessionId: sid }, expires: exp * 1000 }
  }

  return {
    sign({ userId, sessionId }, sessionEndsIn) {
      const expiresIn = Math.min(ttl, sessionEndsIn)
      const exp = Math.floor(Date.now() / 1000) + expiresIn
      return { token: keys[0].sign({ sub: userId, sid: sessionId, use: 'access', exp }), expiresIn }
    },
    verify(token) {
      const known = remembered.get(token)
      if (known !== undefined && Date.now() < known.expires) return known.identity
      const fresh = check(token)
      remembered.set(token, fresh)
      return fresh.identity
    }
  }
}

/** The claims of a payload, whose types are not checked yet. */
type Payload = Partial<Record<keyof AccessClaims | 'iat', unknown>>

function verified([jwt, ...others]: Jwt[], token: string): Payload {
  if (jwt === undefined) throw new AppError('INVALID_TOKEN')
  try {
    return jwt.verify<Payload>(token)
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code === 'FAST_JWT_EXPIRED') throw new AppError('TOKEN_EXPIRED', { cause: error })
    if (code === 'FAST_JWT_INVALID_SIGNATURE' && others.length > 0) return verified(others, token)
    throw new AppError('INVALID_TOKEN', { cause: error })
  }
}
