import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secrets } from '../../core/config/config.js'
import { deriveKeys } from '../derived-keys.js'

/** The header that proves that a relay of this installation made a message. */
export const SIGNATURE_HEADER = 'strongroom-signature'
const VERSION = 'v1'

/** Signs the values of messages, and verifies signatures. */
export interface EventSigner {
  /** The header's value: the version, and an HMAC-SHA256 of the message's value in base64. */
  sign(value: Buffer): string
  /** Whether one of the keys made this message's signature. */
  isSigned(message: { value: Buffer | null; headers: Record<string, string> }): boolean
}

/** @param secrets the first signs; signatures made with the second are still accepted */
export function createEventSigner(secrets: Secrets): EventSigner {
  const keys = deriveKeys(secrets, 'strongroom event signature')
  const digest = (key: Buffer, value: Buffer) => createHmac('sha256', key).update(value)
  return {
    sign: (value) => `${VERSION},${digest(keys[0], value).digest('base64')}`,
    isSigned({ value, headers }) {
      const [version, text] = (headers[SIGNATURE_HEADER] ?? '').split(',')
      if (version !== VERSION || text === undefined || value === null) return false
      const given = Buffer.from(text, 'base64')
      return keys.some((key) => {
        const expected = digest(key, value).digest()
        return given.length === expected.length && timingSafeEqual(given, expected)
      })
    }
  }
}
