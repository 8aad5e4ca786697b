import { createHash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const PREFIX = 'srk_'
/** 128 and 256 bits. */
const ID_LENGTH = 22
const SECRET_LENGTH = 43
const CHECKSUM_LENGTH = 6
const SHAPE = /^srk_[0-9A-Za-z]{22}_[0-9A-Za-z]{49}$/

/** A key of a service account, as far as its text tells. */
export interface ParsedKey {
  id: string
  /** SHA-256 of the whole key: all that is stored of it. */
  hash: Buffer
}

/**
 * A new key: `srk_`, its id, `_`, its secret, and the CRC-32 of all that, in base 62. Scanners for leaked secrets recognise
 * it, and tell real ones from examples, by the prefix and the checksum.
 */
export function createApiKey(): ParsedKey & { key: string } {
  const id = randomDigits(ID_LENGTH)
  const text = `${PREFIX}${id}_${randomDigits(SECRET_LENGTH)}`
  const key = text + checksumOf(text)
  return { id, key, hash: hashOf(key) }
}

/** Whether a bearer token is meant to be a key: nothing else that we hand out begins like this. */
export const isApiKey = (token: string): boolean => token.startsWith(PREFIX)

/** Null for what no key can be, which costs no hash and no look-up. */
export function parseApiKey(token: string): ParsedKey | null {
  if (!SHAPE.test(token)) return null
  if (checksumOf(token.slice(0, -CHECKSUM_LENGTH)) !== token.slice(-CHECKSUM_LENGTH)) return null
  return { id: token.slice(PREFIX.length, PREFIX.length + ID_LENGTH), hash: hashOf(token) }
}

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
