import type { Secrets } from '../../core/config/config.js'
import { deriveKeys } from '../derived-keys.js'
import { createClaimSigner, readId, writeId } from './signed-claims.js'

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

/**
 * Refresh tokens are opaque to clients: a session id and a generation, signed. Because tokens are derived, none is
 * stored, and a repeated refresh returns the same successor.
 * @param secrets the first signs; tokens made with the others are accepted too
 */
export function createRefreshTokens(secrets: Secrets): RefreshTokens {
  const signer = createClaimSigner(deriveKeys(secrets, 'strongroom refresh token'), CLAIM_BYTES)
  return {
    sign({ sessionId, generation }) {
      const claim = Buffer.alloc(CLAIM_BYTES)
      claim.writeUInt32BE(generation, writeId(claim, sessionId, 0))
      return signer.sign(claim)
    },
    verify(token) {
      const claim = signer.open(token)
      return claim && { sessionId: readId(claim, 0), generation: claim.readUInt32BE(ID_BYTES) }
    }
  }
}
