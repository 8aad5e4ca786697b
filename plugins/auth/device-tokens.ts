import { randomUUID } from 'node:crypto'
import type { Secrets } from '../../core/config/config.js'
import { deriveKeys } from '../derived-keys.js'
import { createClaimSigner, readId, writeId } from './signed-claims.js'

/** A device that has logged in to an account. */
export interface Device {
  userId: string
  /** Random; distinguishes the devices of an account. */
  id: string
}

export interface DeviceTokens {
  /** Makes a token for a device that has just logged in. Omit `id` for a new device. */
  sign(userId: string, id?: string): string
  /** Null for anything that `sign` did not make in the last 180 days. */
  verify(token: string): Device | null
}

/** Seconds that a device stays known after its last log-in. */
const DEVICE_TTL = 180 * 86_400
const ID_BYTES = 16
const CLAIM_BYTES = 2 * ID_BYTES + 4

/**
 * Proof that a device has logged in to an account before. It grants no access: it only lets an account's owner try
 * passwords after others have used up the allowed attempts. (OWASP, "Slow Down Online Guessing Attacks with Device
 * Cookies")
 * @param secrets the first signs; tokens made with the others are accepted too
 * @param now milliseconds since 1970
 */
export function createDeviceTokens(secrets: Secrets, now: () => number = Date.now): DeviceTokens {
  const signer = createClaimSigner(deriveKeys(secrets, 'strongroom device token'), CLAIM_BYTES)
  const seconds = () => Math.floor(now() / 1000)
  return {
    sign(userId, id = randomUUID()) {
      const claim = Buffer.alloc(CLAIM_BYTES)
      claim.writeUInt32BE(seconds(), writeId(claim, id, writeId(claim, userId, 0)))
      return signer.sign(claim)
    },
    verify(token) {
      const claim = signer.open(token)
      if (claim === null || seconds() - claim.readUInt32BE(2 * ID_BYTES) > DEVICE_TTL) return null
      return { userId: readId(claim, 0), id: readId(claim, ID_BYTES) }
    }
  }
}
