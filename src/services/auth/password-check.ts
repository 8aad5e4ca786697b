import { createHash } from 'node:crypto'
import type { PasswordFailureRepository } from '../../../db/main/password-failures-repository.js'
import type { UserRepository } from '../../../db/main/users-repository.js'
import type { Passwords } from '../../../plugins/auth/passwords.js'
import { AppError } from '../../../core/errors.js'

/** Whose password is checked. A null hash matches nothing, and takes as long. */
export interface CheckedAccount {
  userId: string | null
  passwordHash: string | null
}

export interface PasswordAttempt {
  /** What failures are counted for; see {@link subjectOf}. */
  subject: string
  password: string
  ip: string | null
  /** Called when the attempt has its turn, and only if it is looked at. */
  find: () => Promise<CheckedAccount>
}

export interface PasswordCheckDependencies {
  passwords: Passwords
  failures: PasswordFailureRepository
  users: Pick<UserRepository, 'replaceHash' | 'findBcryptCost'>
  /** Runs work that writes an event to the outbox of the main database. */
  recordMain: <T>(work: () => Promise<T>) => Promise<T>
}

/** The account with a password that was right. */
export interface PasswordMatch {
  userId: string
  /** The hash that is stored now. */
  passwordHash: string
}

export type PasswordCheck = (attempt: PasswordAttempt) => Promise<PasswordMatch | null>

/** Names what is guessed at. A hash, since people also type passwords where their address should be. */
export function subjectOf(kind: 'email' | 'account', value: string): string {
  return createHash('sha256').update(`${kind}:${value}`).digest('hex')
}

/**
 * Checks passwords one guess at a time: after too many wrong ones none is looked at for a while, the right one
 * neither. Only who tries to log in is held up by that; sessions go on. As many guesses more than the limit
 * allows may get through as there are places for hashing in all processes together.
 * A hash that was made at a lower cost than today's, or by bcrypt, is replaced at the next log-in with its password.
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
      // Otherwise another log-in has made it anew, or the password was changed: what is stored now decides.
      const { outcome } = await users.replaceHash(userId, passwordHash, stronger)
      return outcome === 'replaced' ? { userId, passwordHash: stronger } : look(hasher)
    })
}
