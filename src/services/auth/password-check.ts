import { createHash } from 'node:crypto'
import type { PasswordFailureRepository } from '../../../db/main/password-failures-repository.js'
import type { UserRepository } from '../../../db/main/users-repository.js'
import type { Passwords } from '../../../plugins/auth/passwords.js'
import { AppError } from '../../../core/errors.js'

/** The account whose password is checked. A null hash matches nothing, and takes the same time. */
export interface CheckedAccount {
  userId: string | null
  passwordHash: string | null
}

export interface PasswordAttempt {
  /** The subject for which failures are counted; see {@link subjectOf}. */
  subject: string
  password: string
  ip: string | null
  /** Called when the attempt's turn comes, and only if the password will be checked. */
  find: () => Promise<CheckedAccount>
}

export interface PasswordCheckDependencies {
  passwords: Passwords
  failures: PasswordFailureRepository
  users: Pick<UserRepository, 'replaceHash' | 'findBcryptCost'>
  /** Runs work that writes an event to the outbox of the main database. */
  recordMain: <T>(work: () => Promise<T>) => Promise<T>
}

/** The account, after a correct password. */
export interface PasswordMatch {
  userId: string
  /** The hash that is stored now. */
  passwordHash: string
}

export type PasswordCheck = (attempt: PasswordAttempt) => Promise<PasswordMatch | null>

/** Names the target of a guess. A hash, because people also type passwords into the address field. */
export function subjectOf(kind: 'email' | 'account', value: string): string {
  return createHash('sha256').update(`${kind}:${value}`).digest('hex')
}

/**
 * Checks passwords: after too many wrong ones, log-ins for the account are refused for a while, even with the right
 * password. This affects only log-ins; existing sessions continue. As many extra guesses as all processes hash at once
 * may get through. A hash made at a lower cost, or by bcrypt, is replaced at the next log-in.
 */
export function createPasswordCheck(dependencies: PasswordCheckDependencies): PasswordCheck {
  const { passwords, failures, users, recordMain } = dependencies

  /** @throws {AppError} TOO_MANY_FAILURES, AUTH_BUSY */
  return ({ subject, password, ip, find }) =>
    passwords.inTurn('check', ip, async function look(hasher): Promise<PasswordMatch | null> {
      const [seconds, bcryptCost] = await Promise.all([failures.findBlock(subject), users.findBcryptCost()])
      if (seconds > 0) throw new AppError('TOO_MANY_FAILURES', { retryAfter: seconds })
      const { userId, passwordHash } = await find()
      const matches = await hasher.verify(password, passwordHash, bcryptCost)
      if (!matches || userId === null || passwordHash === null) {
        await recordMain(() => failures.count({ subject, userId, ip }))
        return null
      }
      if (!hasher.isWeak(passwordHash)) return { userId, passwordHash }
      const stronger = await hasher.hash(password)
      // Otherwise another log-in has replaced it, or the password was changed: the stored hash decides.
      const { outcome } = await users.replaceHash(userId, passwordHash, stronger)
      return outcome === 'replaced' ? { userId, passwordHash: stronger } : look(hasher)
    })
}
