import { randomBytes } from 'node:crypto'
import type { AccountAdministration, ListedAccount } from '../../../db/main/account-administration.js'
import type { Person, UserRepository } from '../../../db/main/users-repository.js'
import type { Passwords } from '../../../plugins/auth/passwords.js'
import { AppError } from '../../../core/errors.js'
import { inPages } from '../../../core/pages.js'
import { toEmailAddress } from '../auth/email.js'
import { byOperator, createRegister, type Registration } from '../auth/registration.js'
import { accountKey } from '../auth/guess-subjects.js'
import { checkNewPassword } from '../auth/password-rules.js'

export interface AccountServiceDependencies {
  users: UserRepository
  administration: AccountAdministration
  passwords: Passwords
}

export type AccountService = ReturnType<typeof createAccountService>

/** A password for someone who will change it: 128 random bits. */
export function randomPassword(): string {
  return randomBytes(16).toString('base64url')
}

/** Operators' commands for accounts. All processes see the changes within a second, by the database's notifications. */
export function createAccountService({ users, administration, passwords }: AccountServiceDependencies) {
  async function find(email: string): Promise<Person> {
    const user = await users.findByEmail(toEmailAddress(email))
    if (user === null)
      throw new AppError('USER_NOT_FOUND', {
        message: `No account has the address ${email}; "users list" shows all`
      })
    return user
  }

  // Operators' commands have no relay: the worker's relay checks the outbox every few seconds.
  const register = createRegister({ users, passwords, recordMain: (work) => work() })

  return {
    /**
     * Creates an account with a random password, which is returned. @throws {AppError} EMAIL_TAKEN, VALIDATION_ERROR
     */
    async create(
      account: Omit<Registration, 'password'>,
      mayCreateTenants: boolean
    ): Promise<{ user: Person; password: string }> {
      const password = randomPassword()
      const user = await register({ ...account, password }, byOperator(mayCreateTenants), null)
      return { user, password }
    },

    /** @throws {AppError} USER_NOT_FOUND */
    find,

    /** Every account, ordered by address. */
    list: (): AsyncGenerator<ListedAccount> =>
      inPages(
        (after, limit) => administration.listAfter(after, limit),
        ({ email }) => email,
        ''
      ),

    /** Deactivating ends every session. False if nothing changed. @throws {AppError} USER_NOT_FOUND */
    async setActive(email: string, active: boolean): Promise<boolean> {
      const { id } = await find(email)
      return (await administration.setActive(id, active)).outcome === 'changed'
    },

    /**
     * Sets whether the account may create tenants where that needs a permission. False if nothing changed.
     * @throws {AppError} USER_NOT_FOUND
     */
    async setMayCreateTenants(email: string, allowed: boolean): Promise<boolean> {
      const { id } = await find(email)
      return (await administration.setMayCreateTenants(id, allowed)).outcome === 'changed'
    },

    /** Grants or revokes access to the operators' routes. False if nothing changed. @throws {AppError} USER_NOT_FOUND */
    async setOperator(email: string, operator: boolean): Promise<boolean> {
      const { id } = await find(email)
      return (await administration.setOperator(id, operator)).outcome === 'changed'
    },

    /** Sets a new password, which is returned, and ends every session. @throws {AppError} USER_NOT_FOUND */
    async resetPassword(email: string): Promise<string> {
      const user = await find(email)
      const password = randomPassword()
      const { first_name: firstName, last_name: lastName } = user
      await checkNewPassword(password, '/password', { email: user.email, firstName, lastName })
      const hash = await passwords.inTurn('creation', null, (hasher) => hasher.hash(password))
      await administration.resetPassword(user.id, hash, accountKey(user.email))
      return password
    },

    /** The tenants that would have no admin without this account. @throws {AppError} USER_NOT_FOUND */
    async listSolelyManaged(email: string): Promise<{ id: string; name: string }[]> {
      const { id } = await find(email)
      return administration.listSolelyManaged(id)
    },

    /** Deletes an account; its documents and audit entries stay. @throws {AppError} USER_NOT_FOUND */
    async remove(email: string): Promise<void> {
      const { id } = await find(email)
      await administration.remove(id)
    }
  }
}
