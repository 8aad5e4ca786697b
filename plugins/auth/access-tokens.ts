import { LRUCache } from 'lru-cache'
import { AppError } from '../../core/errors.js'
import { isWrittenUuid } from '../../core/uuid.js'

/** Who sends a request, and in which session. */
export interface Identity {
  userId: string
  sessionId: string
}

export interface AccessTokens {
  /**
   * @param sessionEndsIn seconds that its session can still last, which the token does not outlive
   * @returns the token, and the seconds that it lives
   */
  sign(identity: Identity, sessionEndsIn: number): { token: string; expiresIn: number }
  /** @throws {AppError} INVALID_TOKEN, TOKEN_EXPIRED */
  verify(token: string): Identity
}

export const TOKEN_ISSUER = 'strongroom'
export const TOKEN_AUDIENCE = 'strongroom-api'

/** Characters; ours have some 350. Longer ones are not worth a hash. */
const MAX_TOKEN_LENGTH = 1024

/** 32 bytes as base64url have exactly one spelling of these 43 characters; decoders take others for the same. */
const SIGNATURE = /\.[\w-]{42}[AEIMQUYcgkosw048]$/

interface AccessClaims {
  sub: string
  sid: string
  use: string
  /** Seconds since 1970. */
  exp: number
}

/** Signs and verifies with one secret; algorithm, issuer, audience and the claims that must be there are pinned. */
export interface Jwt {
  sign(payload: AccessClaims): string
  verify<T>(token: string): T
}

const isId = (value: unknown): value is string => typeof value === 'string' && isWrittenUuid(value)
const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value)

/** Tokens that are not asked for again soon make room: a request with one of them computes its HMAC anew. */
const VERIFIED_TOKENS = 10_000

/** What a token says that was verified, and until when it is good. */
interface Verified {
  identity: Identity
  /** Milliseconds since 1970. */
  expires: number
}

/**
 * Short-lived bearer tokens (RFC 7519). `use` keeps any other token that we may ever sign from passing for an
 * access token. (RFC 8725, JSON Web Token best current practices)
 * @param keys the first signs; tokens made with the others are good as well
 * @param ttl seconds that a token lives at most
 */
export function createAccessTokens(keys: [Jwt, ...Jwt[]], ttl: number): AccessTokens {
  const remembered = new LRUCache<string, Verified>({ max: VERIFIED_TOKENS })

  function check(token: string): Verified {
    if (token.length > MAX_TOKEN_LENGTH || !SIGNATURE.test(token)) throw new AppError('INVALID_TOKEN')
    const { sub, sid, use, iat, exp } = verified(keys, token)
    if (use !== 'access' || !isId(sub) || !isId(sid)) throw new AppError('INVALID_TOKEN')
    // JSON can say infinity: 1e999.
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

/** What the payload says, which is not known to be of the right kind. */
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
