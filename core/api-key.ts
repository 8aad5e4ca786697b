import { createHash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const PREFIX = 'srk_'
/** 128 and 256 bits. */
const ID_LENGTH = 22
const SECRET_LENGTH = 43
const CHECKSUM_LENGTH = 6
const SHAPE = /^srk_[0-9A-Za-z]{22}_[0-9A-Za-z]{49}$/

/** What the text of a service account's key contains. */
export interface ParsedKey {
  id: string
  /** SHA-256 of the whole key, of which nothing else is stored. */
  hash: Buffer
}

/**
 * A new key: `srk_`, its id, `_`, its secret, and the CRC-32 of all that, in base 62. Secret scanners recognise keys by
 * the prefix, and tell real ones from examples by the checksum.
 */
export function createApiKey(): ParsedKey & { key: string } {
  const id = randomDigits(ID_LENGTH)
  const text = `${PREFIX}${id}_${randomDigits(SECRET_LENGTH)}`
  const key = text + checksumOf(text)
  return { id, key, hash: hashOf(key) }
}

/** Whether a bearer token is meant to be a key: no other token that we issue has this prefix. */
export const isApiKey = (token: string): boolean => token.startsWith(PREFIX)

/** Null if the text cannot be a key; refusing it costs neither a hash nor a look-up. */
export function parseApiKey(token: string): ParsedKey | null {
  if (!SHAPE.test(token)) return null
  if (checksumOf(token.slice(0, -CHECKSUM_LENGTH)) !== token.slice(-CHECKSUM_LENGTH)) return null
  return { id: token.slice(PREFIX.length, PREFIX.length + ID_LENGTH), hash: hashOf(token) }
}

/** The text without the secret of a key in it, whole or damaged; the prefix and the id stay. */
export const withoutSecret = (text: string): string => text.replace(/(srk_[0-9A-Za-z]{0,22}).*/s, '$1')

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest()

const randomDigits = (length: number): string =>
  Array.from({ length }, () => DIGITS[randomInt(DIGITS.length)]).join('')

function checksumOf(text: string): string {
  let rest = crc32(text)
  let digits = ''
  while (digits.length < CHECKSUM_LENGTH) {
    digits = (DIGITS[rest % DIGITS.length] ?? '') + digits
    rest = Math.floor(rest / DIGITS.length)
  }
  return digits
}
