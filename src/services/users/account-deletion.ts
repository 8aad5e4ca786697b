import type { Actor } from '../../../db/actor.js'
import type { AccountRemoval, NamedTenant } from '../../../db/main/account-removal.js'
import type { UserRepository } from '../../../db/main/users-repository.js'
import type { AccessChanges } from '../../../plugins/access/access.js'
import type { Identity } from '../../../plugins/auth/access-tokens.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import { AppError } from '../../../core/errors.js'
import { accountKey } from '../auth/guess-subjects.js'
import type { GuessCounts } from '../auth/guess-limits.js'
import type { PasswordCheck } from '../auth/password-check.js'

export interface AccountDeletionDependencies {
  users: Pick<UserRepository, 'findPerson' | 'findPasswordHash'>
  removal: AccountRemoval
  checkPassword: PasswordCheck
  guesses: GuessCounts
  outboxes: Outboxes
  accessChanges: AccessChanges
}

export type DeleteAccount = ReturnType<typeof createAccountDeletion>

/** Deletes an account at its owner's request. */
export function createAccountDeletion(dependencies: AccountDeletionDependencies) {
  const { users, removal, checkPassword, guesses, outboxes, accessChanges } = dependencies

  /**
   * Ends all sessions and memberships. Documents and audit entries stay, under the account's id.
   * @param askAgain throws if the session has ended in the meantime
   * @throws {AppError} LAST_ADMIN with the tenants, WRONG_PASSWORD, TOO_MANY_FAILURES, AUTH_BUSY
   */
  return async (
    { userId, sessionId }: Identity,
    password: string,
    actor: Actor,
    askAgain: () => Promise<void>
  ): Promise<void> => {
    const user = await users.findPerson(userId)
    if (user === null) throw new AppError('TOKEN_REVOKED')
    const left = await removal.listSolelyManaged(userId)
    if (left.length > 0) throw lastAdmin(left)
    const match = await checkPassword({
      password,
      ip: actor.ip,
      find: async () => ({ userId, passwordHash: await users.findPasswordHash(userId) }),
      count: () => guesses.inSession(user.email)
    })
    if (match === null) throw wrongPassword()
    // The wait may have been long.
    await askAgain()
    const removed = await outboxes.recordMain(() =>
      removal.remove(actor, match.passwordHash, accountKey(user.email))
    )
    if (removed.outcome === 'last admin') throw lastAdmin(removed.tenants)
    // Another request has changed the password.
    if (removed.outcome === 'outdated') throw wrongPassword()
    accessChanges.sessionChanged(sessionId)
    accessChanges.userChanged(userId)
  }
}

const wrongPassword = () =>
  new AppError('WRONG_PASSWORD', { details: [{ field: '/password', message: 'is wrong' }] })

const lastAdmin = (tenants: NamedTenant[]) =>
  new AppError('LAST_ADMIN', {
    message: 'Tenants would have no admin left; make another member an admin there first, or delete them',
    details: tenants.map(({ id, name }) => ({
      field: `/tenants/${id}`,
      message: `${name} has no other admin`
    }))
  })
