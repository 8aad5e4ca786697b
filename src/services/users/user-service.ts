import type { Actor } from '../../../db/actor.js'
import type { MemberTenant, TenantRepository } from '../../../db/main/tenants-repository.js'
import type { User, UserRepository } from '../../../db/main/users-repository.js'
import type { AccessChanges } from '../../../plugins/access/access.js'
import type { Identity } from '../../../plugins/auth/access-tokens.js'
import type { Passwords } from '../../../plugins/auth/passwords.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import { AppError } from '../../../core/errors.js'
import { storedName } from '../../../core/validation/names.js'
import { MAX_PERSON_NAME_LENGTH } from '../../schemas/users.js'
import type { PageNumber, PageOf } from '../lists/page.js'
import type { GuessCounts } from '../auth/guess-limits.js'
import type { PasswordCheck } from '../auth/password-check.js'
import { checkNewPassword } from '../auth/password-rules.js'

export type UserService = ReturnType<typeof createUserService>

export interface UserServiceDependencies {
  users: UserRepository
  tenants: TenantRepository
  passwords: Passwords
  checkPassword: PasswordCheck
  guesses: GuessCounts
  outboxes: Outboxes
  accessChanges: AccessChanges
}

export function createUserService(dependencies: UserServiceDependencies) {
  const { users, tenants, passwords, checkPassword, guesses, outboxes, accessChanges } = dependencies
  // The session was checked a moment ago; if the account is gone by now, answer as the next request will be answered.
  const present = <U extends User>(user: U | null): U => {
    if (user === null) throw new AppError('TOKEN_REVOKED')
    return user
  }

  return {
    async get(userId: string): Promise<User> {
      return present(await users.findById(userId))
    },

    /** Omitted fields stay unchanged. @throws {AppError} VALIDATION_ERROR */
    async update(actor: Actor, changes: { first_name?: string; last_name?: string }): Promise<User> {
      const stored = (field: keyof typeof changes) =>
        changes[field] && storedName(changes[field], `/${field}`, MAX_PERSON_NAME_LENGTH)
      const names = { first_name: stored('first_name'), last_name: stored('last_name') }
      const change = await outboxes.recordMain(() => users.update(actor, names))
      return present(change.outcome === 'changed' ? change.user : null)
    },

    /**
     * Changes the password and ends all sessions but the requesting one.
     * @param askAgain throws if the session has ended in the meantime
     * @throws {AppError} WRONG_PASSWORD, VALIDATION_ERROR, WEAK_PASSWORD, TOO_MANY_FAILURES, AUTH_BUSY
     */
    async changePassword(
      { userId, sessionId }: Identity,
      change: { current_password: string; new_password: string },
      actor: Actor,
      askAgain: () => Promise<void>
    ): Promise<void> {
      const { email, first_name, last_name } = present(await users.findPerson(userId))
      const owner = { email, firstName: first_name, lastName: last_name }
      await checkNewPassword(change.new_password, '/new_password', owner)
      const match = await checkPassword({
        password: change.current_password,
        ip: actor.ip,
        find: async () => ({ userId, passwordHash: await users.findPasswordHash(userId) }),
        count: () => guesses.inSession(email)
      })
      if (match === null) throw wrongPassword()
      const newHash = await passwords.inTurn('check', actor.ip, (hasher) => hasher.hash(change.new_password))
      // Both waits may have been long.
      await askAgain()
      const changed = await outboxes.recordMain(() =>
        users.changePassword(actor, {
          oldHash: match.passwordHash,
          newHash,
          sessionId,
          guess: match.guess
        })
      )
      // Another request changed it while this one was hashing.
      if (changed.outcome === 'outdated') throw wrongPassword()
      for (const id of changed.ended) accessChanges.sessionChanged(id)
    },

    /** The user's tenants, newest first. */
    async listTenants(
      userId: string,
      page: PageNumber & { includeInactive: boolean }
    ): Promise<PageOf<MemberTenant>> {
      const { includeInactive, limit, offset } = page
      const [items, total] = await Promise.all([
        tenants.listOfUser(userId, { includeInactive, limit, offset }),
        tenants.countOfUser(userId, { includeInactive })
      ])
      return { items, total }
    }
  }
}

const wrongPassword = () =>
  new AppError('WRONG_PASSWORD', { details: [{ field: '/current_password', message: 'is wrong' }] })
