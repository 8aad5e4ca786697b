import type { PasswordFailureRepository } from '../../../db/main/password-failures-repository.js'
import type { UserRepository } from '../../../db/main/users-repository.js'
import type { PasswordHasher } from '../../../plugins/auth/password-hashing.js'
import type { Passwords } from '../../../plugins/auth/passwords.js'
import type { Guess } from './guess-limits.js'

/** The account whose password is checked. A null hash matches nothing; checking it takes the same time. */
export interface CheckedAccount {
  userId: string | null
  passwordHash: string | null
}

export interface PasswordAttempt {
  password: string
  ip: string | null
  /** Called when the attempt's turn comes. */
  find: () => Promise<CheckedAccount>
  /** Counts the attempt, or throws to refuse it; called before the password is checked. */
  count: (account: CheckedAccount) => Promise<Guess>
}

export interface PasswordCheckDependencies {
  passwords: Passwords
  failures: Pick<PasswordFailureRepository, 'refuse'>
  users: Pick<UserRepository, 'replaceHash' | 'findBcryptCost'>
  /** Runs work that writes an event to the outbox of the main database. */
  recordMain: <T>(work: () => Promise<T>) => Promise<T>
}

/** The account, after a correct password. */
export interface PasswordMatch {
  userId: string
  /** The hash that is stored now. */
  passwordHash: string
  /** What was counted; the caller that acts on the match takes it back. */
  guess: Guess
}

/** @throws {AppError} AUTH_BUSY, and what `count` throws */
export type PasswordCheck = (attempt: PasswordAttempt) => Promise<PasswordMatch | null>

/**
 * Checks passwords. Each attempt is counted when its turn comes and before it is checked; a killed process leaves it
 * counted as a failure. A hash made at a lower cost, or by bcrypt, is replaced at the next log-in.
 */
export function createPasswordCheck(dependencies: PasswordCheckDependencies): PasswordCheck {
  const { passwords, failures, users, recordMain } = dependencies

  /** The account and its hash if the password matches. */
  async function look(
    hasher: PasswordHasher,
    attempt: PasswordAttempt,
    { userId, passwordHash }: CheckedAccount,
    bcryptCost: number | null
  ): Promise<{ userId: string; passwordHash: string } | null> {
    const matches = await hasher.verify(attempt.password, passwordHash, bcryptCost)
    if (!matches || userId === null || passwordHash === null) return null
    if (!hasher.isWeak(passwordHash)) return { userId, passwordHash }
    const stronger = await hasher.hash(attempt.password)
    const { outcome } = await users.replaceHash(userId, passwordHash, stronger)
    if (outcome === 'replaced') return { userId, passwordHash: stronger }
    // Another log-in has replaced it, or the password was changed: the stored hash decides.
    return look(hasher, attempt, await attempt.find(), bcryptCost)
  }

  return (attempt) =>
    passwords.inTurn('check', attempt.ip, async (hasher) => {
      const [account, bcryptCost] = await Promise.all([attempt.find(), users.findBcryptCost()])
      const guess = await attempt.count(account)
      const match = await look(hasher, attempt, account, bcryptCost)
      if (match !== null) return { ...match, guess }
      const { accountSubject, failures: counted, blocked } = guess
      const { userId } = account
      await recordMain(() =>
        failures.refuse({ userId, ip: attempt.ip, accountSubject, failures: counted, blocked })
      )
      return null
    })
}
