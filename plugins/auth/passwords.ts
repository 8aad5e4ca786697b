import pLimit from 'p-limit'
import { AppError } from '../../core/errors.js'
import { createPasswordHasher, type HashCost, type PasswordHasher } from './password-hashing.js'

/**
 * How many hashes are computed at once. They run on libuv's threads (4 unless UV_THREADPOOL_SIZE says
 * otherwise), which file I/O needs too, and never on the one that answers requests.
 */
const CONCURRENCY = 2
/** Those in line; whoever comes then would wait longer than a client does. */
const MAX_WAITING = 200

export interface Passwords {
  /**
   * Waits in line for one of the few places and works there. What decides whether a guess is looked at belongs
   * into `work`: so no more guesses get past a limit than there are places.
   * @throws {AppError} AUTH_BUSY when the line is too long
   */
  inTurn<T>(work: (hasher: PasswordHasher) => Promise<T>): Promise<T>
}

/** @param cost of the hashes that are made from now on */
export function createPasswords(cost: HashCost): Passwords {
  const limit = pLimit(CONCURRENCY)
  const hasher = createPasswordHasher(cost)
  return {
    async inTurn(work) {
      if (limit.pendingCount >= MAX_WAITING) throw new AppError('AUTH_BUSY')
      return limit(() => work(hasher))
    }
  }
}
