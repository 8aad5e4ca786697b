import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secrets } from '../../core/config/config.js'
import { deriveKeys } from '../derived-keys.js'

/**
 * What a link allows. A mailed invitation also proves that its holder owns the address; one shown to the admin does
 * not.
 */
const PURPOSES = {
  mailedInvitation: 'strongroom invitation by mail',
  shownInvitation: 'strongroom invitation by hand',
  address: 'strongroom address verification',
  password: 'strongroom password recovery'
} as const
export type LinkPurpose = keyof typeof PURPOSES

export interface LinkClaim {
  /** The invitation or the account. */
  id: string
  /** Seconds since 1970. */
  issuedAt: number
}

export interface LinkTokens {
  /** @param bound a value that must be unchanged when the link is used, such as the address */
  sign(purpose: LinkPurpose, claim: LinkClaim, bound?: string): string
  /** Reads a token's claim, so that you can look up what the token is bound to. Do not trust it before `verify`. */
  read(token: string): LinkClaim | null
  verify(purpose: LinkPurpose, token: string, bound?: string): boolean
}

const ID_BYTES = 16
const CLAIM_BYTES = ID_BYTES + 4
const MAC_BYTES = 32
/** Characters. */
export const LINK_TOKEN_LENGTH = Math.ceil(((CLAIM_BYTES + MAC_BYTES) * 4) / 3)

/**
 * The tokens in links: the id, the time, and an HMAC-SHA-256 with a key for each purpose. Because tokens are derived,
 * none is stored.
 * @param secrets the first signs; tokens made with the others are accepted too
 */
export function createLinkTokens(secrets: Secrets): LinkTokens {
  const keys = Object.fromEntries(
    Object.entries(PURPOSES).map(([purpose, label]) => [purpose, deriveKeys(secrets, label)])
  ) as Record<LinkPurpose, [Buffer, ...Buffer[]]>
  const mac = (key: Buffer, claim: Buffer, bound: string) =>
    createHmac('sha256', key).update(claim).update(bound).digest()

  return {
    sign(purpose, { id, issuedAt }, bound = '') {
      const claim = Buffer.alloc(CLAIM_BYTES)
      claim.write(id.replaceAll('-', ''), 'hex')
      claim.writeUInt32BE(issuedAt, ID_BYTES)
      return Buffer.concat([claim, mac(keys[purpose][0], claim, bound)]).toString('base64url')
    },
    read(token) {
      const bytes = toBytes(token)
      if (bytes === null) return null
      const hex = bytes.toString('hex', 0, ID_BYTES)
      return {
        id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
        issuedAt: bytes.readUInt32BE(ID_BYTES)
      }
    },
    verify(purpose, token, bound = '') {
      const bytes = toBytes(token)
      if (bytes === null) return false
      const claim = bytes.subarray(0, CLAIM_BYTES)
      return keys[purpose].some((key) => timingSafeEqual(mac(key, claim, bound), bytes.subarray(CLAIM_BYTES)))
    }
  }
}

function toBytes(token: string): Buffer | null {
  if (token.length !== LINK_TOKEN_LENGTH) return null
  const bytes = Buffer.from(token, 'base64url')
  return bytes.length === CLAIM_BYTES + MAC_BYTES ? bytes : null
}
