import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/bcrypt'
import pLimit from 'p-limit'
import { AppError } from '../../core/errors.js'

/** bcrypt reads this many bytes and ignores the rest, so longer passwords are refused. */
export const MAX_PASSWORD_BYTES = 72

/**
 * How many hashes are computed at once. They run on libuv's threads (4 unless UV_THREADPOOL_SIZE says
 * otherwise), which file I/O needs too, and never on the one that answers requests.
 */
const CONCURRENCY = 2
/** Those in line; whoever comes then would wait longer than a client does. */
const MAX_WAITING = 200

/** bcrypt; only to be had in turn. */
export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** With null for the hash (no such account) it takes the same time and answers false. */
  verify(password: string, hash: string | null): Promise<boolean>
  /** Whether the hash was made at a lower cost than is asked for now. */
  isWeak(hash: string): boolean
}

export interface Passwords {
  /**
   * Waits in line for one of the few places and works there. What decides whether a guess is looked at belongs
   * into `work`: so no more guesses get past a limit than there are places.
   * @throws {AppError} AUTH_BUSY when the line is too long
   */
  inTurn<T>(work: (hasher: PasswordHasher) => Promise<T>): Promise<T>
}

/** @param cost bcrypt's: each step doubles the time */
export function createPasswords(cost: number): Passwords {
  const limit = pLimit(CONCURRENCY)
  // Of the same cost as real ones, and of a password that nobody knows.
  const decoy = limit(() => hash(randomBytes(18).toString('base64'), cost))
  const isWeak = (stored: string) => Number(/^\$2[aby]\$(\d\d)\$/.exec(stored)?.[1] ?? 0) < cost

  const hasher: PasswordHasher = {
    hash: (password) => hash(password, cost),
    async verify(password, stored) {
      const against = stored ?? (await decoy)
      const matches = await verify(password, against)
      // A guess at a cheap old hash must not be quicker than one at an account that does not exist.
      if (!matches && isWeak(against)) await verify(password, await decoy)
      // bcrypt takes a longer password for its own first bytes.
      return matches && stored !== null && Buffer.byteLength(password) <= MAX_PASSWORD_BYTES
    },
    isWeak
  }
  return {
    async inTurn(work) {
      if (limit.pendingCount >= MAX_WAITING) throw new AppError('AUTH_BUSY')
      return limit(() => work(hasher))
    }
  }
}
