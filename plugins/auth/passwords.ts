import { FairLine } from '../../core/concurrency/fair-line.js'
import { AppError } from '../../core/errors.js'
import { senderOf } from '../../core/senders.js'
import { createPasswordHasher, type HashCost, type PasswordHasher } from './password-hashing.js'

/**
 * Maximum concurrent hashes, by purpose. They run on libuv's threads (4, unless UV_THREADPOOL_SIZE is set), of which
 * file I/O needs one too, and never on the thread that answers requests.
 */
const PLACES = { check: 2, creation: 1 }
/** Maximum length of each line; one address takes at most half of it. */
const MAX_WAITING = 400
/** Milliseconds; most clients do not wait longer for an answer. */
const MAX_WAIT_MS = 30_000

/** `check` for existing accounts, `creation` for new ones: neither line delays the other. */
export type PasswordLine = keyof typeof PLACES

export interface Passwords {
  /**
   * Waits in line for one of the few places, then runs `work`. Senders take turns. Decide inside `work` whether a guess
   * may be checked: then at most as many guesses exceed a limit as there are places.
   * @param sender the sender's address; null: an operator
   * @throws {AppError} AUTH_BUSY if the line is full or the wait takes too long
   */
  inTurn<T>(
    line: PasswordLine,
    sender: string | null,
    work: (hasher: PasswordHasher) => Promise<T>
  ): Promise<T>
}

/** @param cost the cost of new hashes */
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
