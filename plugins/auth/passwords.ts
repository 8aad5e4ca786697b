import { FairLine } from '../../core/concurrency/fair-line.js'
import { AppError } from '../../core/errors.js'
import { senderOf } from './client-address.js'
import { createPasswordHasher, type HashCost, type PasswordHasher } from './password-hashing.js'

/**
 * How many hashes are computed at once, by what they are for. They run on libuv's threads (4 unless UV_THREADPOOL_SIZE
 * says otherwise), of which file I/O needs one too, and never on the thread that answers requests.
 */
const PLACES = { check: 2, creation: 1 }
/** The most in each line; one address has half of it at most. */
const MAX_WAITING = 400
/** Milliseconds; most clients do not wait longer for an answer. */
const MAX_WAIT_MS = 30_000

/** Checking a password that exists, or hashing one for a new account: neither keeps the other waiting. */
export type PasswordLine = keyof typeof PLACES

export interface Passwords {
  /**
   * Waits in line for one of the few places and works there. Senders have their turns one after the other. What decides
   * whether a guess is looked at belongs into `work`: so no more guesses get past a limit than there are places.
   * @param sender the address that asks; null: an operator
   * @throws {AppError} AUTH_BUSY when the line is too long, or does not move in time
   */
  inTurn<T>(
    line: PasswordLine,
    sender: string | null,
    work: (hasher: PasswordHasher) => Promise<T>
  ): Promise<T>
}

/** @param cost of the hashes that are made from now on */
export function createPasswords(cost: HashCost): Passwords {
  const lineOf = (places: number) =>
    new FairLine({
      places,
      waiting: MAX_WAITING,
      waitMs: MAX_WAIT_MS,
      busy: () => new AppError('AUTH_BUSY')
    })
  const lines = { check: lineOf(PLACES.check), creation: lineOf(PLACES.creation) }
  const hasher = createPasswordHasher(cost)
  return {
    inTurn: (line, sender, work) =>
      lines[line].run({ keys: [sender === null ? 'operator' : senderOf(sender)] }, () => work(hasher))
  }
}
