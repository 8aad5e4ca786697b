import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/bcrypt'
import { FairLine } from '../../core/concurrency/fair-line.js'
import { AppError } from '../../core/errors.js'
import { senderOf } from './client-address.js'

/** bcrypt reads this many bytes and ignores the rest, so longer passwords are refused. */
export const MAX_PASSWORD_BYTES = 72

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

/** @param cost bcrypt's: each step doubles the time */
export function createPasswords(cost: number): Passwords {
  const lineOf = (places: number) =>
    new FairLine({
      places,
      waiting: MAX_WAITING,
      waitMs: MAX_WAIT_MS,
      busy: () => new AppError('AUTH_BUSY')
    })
  const lines = { check: lineOf(PLACES.check), creation: lineOf(PLACES.creation) }
  // Of the same cost as real ones, and of a password that nobody knows.
  const decoy = hash(randomBytes(18).toString('base64'), cost)
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
    inTurn: (line, sender, work) =>
      lines[line].run({ keys: [sender === null ? 'operator' : senderOf(sender)] }, () => work(hasher))
  }
}
