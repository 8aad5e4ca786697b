import { createHmac, timingSafeEqual } from 'node:crypto'

export interface ClaimSigner {
  /** The claim and an HMAC-SHA-256 over it, in base64url. */
  sign(claim: Buffer): string
  /** The claim; null for anything that `sign` did not make. */
  open(token: string): Buffer | null
}

const MAC_BYTES = 32
const ID_BYTES = 16

/**
 * Signs claims of one length, for tokens that only this server reads.
 * @param keys the first signs; tokens made with the others are accepted too
 * @param length bytes of a claim
 */
export function createClaimSigner(keys: [Buffer, ...Buffer[]], length: number): ClaimSigner {
  const tokenLength = Math.ceil(((length + MAC_BYTES) * 4) / 3)
  const mac = (key: Buffer, claim: Buffer) => createHmac('sha256', key).update(claim).digest()
  return {
    sign: (claim) => Buffer.concat([claim, mac(keys[0], claim)]).toString('base64url'),
    open(token) {
      if (token.length !== tokenLength) return null
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length !== length + MAC_BYTES) return null
      const claim = bytes.subarray(0, length)
      return keys.some((key) => timingSafeEqual(mac(key, claim), bytes.subarray(length))) ? claim : null
    }
  }
}

/** Writes a UUID as its 16 bytes. @returns the position after it */
export function writeId(claim: Buffer, id: string, position: number): number {
  return position + claim.write(id.replaceAll('-', ''), position, 'hex')
}

/** Reads a UUID of 16 bytes. */
export function readId(claim: Buffer, position: number): string {
  const hex = claim.toString('hex', position, position + ID_BYTES)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
