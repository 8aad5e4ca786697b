import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/bcrypt'
import pLimit from 'p-limit'

/** bcrypt reads this many bytes and ignores the rest, so longer passwords are refused. */
export const MAX_PASSWORD_BYTES = 72

/**
 * How many hashes are computed at once. They run on libuv's threads (4 unless UV_THREADPOOL_SIZE says
 * otherwise), which file I/O needs too.
 */
const CONCURRENCY = 2

export interface Passwords {
  hash(password: string): Promise<string>
  /** With null for the hash (no such account) it takes the same time and answers false. */
  verify(password: string, hash: string | null): Promise<boolean>
}

/** @param cost bcrypt's: each step doubles the time */
export function createPasswords(cost: number): Passwords {
  const limit = pLimit(CONCURRENCY)
  // Of the same cost as real ones, and of a password that nobody knows.
  const decoy = limit(() => hash(randomBytes(18).toString('base64'), cost))
  return {
    hash: (password) => limit(() => hash(password, cost)),
    async verify(password, stored) {
      const against = stored ?? (await decoy)
      const matches = await limit(() => verify(password, against))
      // bcrypt takes a longer password for its own first bytes.
      return matches && stored !== null && Buffer.byteLength(password) <= MAX_PASSWORD_BYTES
    }
  }
}
