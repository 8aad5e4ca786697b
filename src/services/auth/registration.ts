import { randomUUID } from 'node:crypto'
import type { Person, UserRepository } from '../../../db/main/users-repository.js'
import type { Passwords } from '../../../plugins/auth/passwords.js'
import { AppError } from '../../../core/errors.js'
import { storedName } from '../../../core/validation/names.js'
import { atMostCharacters } from '../../../core/validation/sentences.js'
import { MAX_PERSON_NAME_LENGTH } from '../../schemas/users.js'
import { normalizeEmail } from './email.js'
import { checkNewPassword } from './password-rules.js'

export interface Registration {
  email: string
  password: string
  first_name: string
  last_name: string
}

export interface RegistrationDependencies {
  users: UserRepository
  passwords: Passwords
  /** Runs work that writes an event to the outbox of the main database. */
  recordMain: <T>(work: () => Promise<T>) => Promise<T>
}

/** Maximum characters of the column. */
const MAX_EMAIL_LENGTH = 255

/** @param ip the address of the request; null: by an operator */
export type Register = (registration: Registration, ip: string | null) => Promise<Person>

/** Creates accounts. */
export function createRegister({ users, passwords, recordMain }: RegistrationDependencies): Register {
  /** @throws {AppError} EMAIL_TAKEN, VALIDATION_ERROR, WEAK_PASSWORD, AUTH_BUSY */
  return async ({ email, password, first_name, last_name }, ip) => {
    const normalized = normalizeEmail(email)
    // Lower case can be longer: "İ" becomes two characters.
    if (Array.from(normalized).length > MAX_EMAIL_LENGTH) {
      throw new AppError('VALIDATION_ERROR', {
        details: [{ field: '/email', message: atMostCharacters(MAX_EMAIL_LENGTH) }]
      })
    }
    const firstName = storedName(first_name, '/first_name', MAX_PERSON_NAME_LENGTH)
    const lastName = storedName(last_name, '/last_name', MAX_PERSON_NAME_LENGTH)
    await checkNewPassword(password, '/password', { email: normalized, firstName, lastName })
    const account = {
      id: randomUUID(),
      email: normalized,
      passwordHash: await passwords.inTurn('creation', ip, (hasher) => hasher.hash(password)),
      firstName,
      lastName,
      ip
    }
    const created = await recordMain(() => users.insert(account))
    if (created.outcome === 'taken') throw new AppError('EMAIL_TAKEN')
    return created.user
  }
}
