import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secrets } from '../../core/config/config.js'
import { deriveKeys } from '../derived-keys.js'

/** The content of a refresh token: the n-th token of a session. */
export interface RefreshClaim {
  sessionId: string
  generation: number
}

export interface RefreshTokens {
  sign(claim: RefreshClaim): string
  /** Null for anything that `sign` did not make. */
  verify(token: string): RefreshClaim | null
}

const ID_BYTES = 16
const CLAIM_BYTES = ID_BYTES + 4
const MAC_BYTES = 32
const TOKEN_LENGTH = Math.ceil(((CLAIM_BYTES + MAC_BYTES) * 4) / 3)

/**
 * Refresh tokens are opaque: session id and generation with an HMAC-SHA-256 over them. Since it is derived, a token is
 * never stored, and a repeated refresh gets the very same successor.
 * @param secrets the first signs; tokens made with the others are accepted too
 */
export function createRefreshTokens(secrets: Secrets): RefreshTokens {
  const keys = deriveKeys(secrets, 'strongroom refresh token')
  const mac = (key: Buffer, claim: Buffer) => createHmac('sha256', key).update(claim).digest()

  return {
    sign({ sessionId, generation }) {
      const claim = Buffer.alloc(CLAIM_BYTES)
      claim.write(sessionId.replaceAll('-', ''), 'hex')
      claim.writeUInt32BE(generation, ID_BYTES)
      return Buffer.concat([claim, mac(keys[0], claim)]).toString('base64url')
    },
    verify(token) {
      if (token.length !== TOKEN_LENGTH) return null
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length !== CLAIM_BYTES + MAC_BYTES) return null
      const claim = bytes.subarray(0, CLAIM_BYTES)
      if (!keys.some((key) => timingSafeEqual(mac(key, claim), bytes.subarray(CLAIM_BYTES)))) return null
      const hex = claim.toString('hex', 0, ID_BYTES)
      return {
        sessionId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
        generation: claim.readUInt32BE(ID_BYTES)
      }
    }
  }
}
