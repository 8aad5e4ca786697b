import { randomUUID } from 'node:crypto'
import type { NewUser, Person, UserRepository } from '../../../db/main/users-repository.js'
import type { Passwords } from '../../../plugins/auth/passwords.js'
import { AppError } from '../../../core/errors.js'
import { compileCheck } from '../../../core/validation/check.js'
import { storedName } from '../../../core/validation/names.js'
import { atMostCharacters } from '../../../core/validation/sentences.js'
import { MAX_PERSON_NAME_LENGTH, NewEmail } from '../../schemas/users.js'
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

const problemsOfAddress = compileCheck(NewEmail)
/** Maximum characters of the column. */
const MAX_EMAIL_LENGTH = 255

/** What an account may do from the start, and whether its address counts as verified. */
export type NewRights = Pick<NewUser, 'address' | 'mayCreateTenants'>

/** @param ip the address of the request; null for an operator's command */
export type Register = (registration: Registration, rights: NewRights, ip: string | null) => Promise<Person>

/** Rights of an account that an operator creates: the operator vouches for its address. */
export const byOperator = (mayCreateTenants: boolean): NewRights => ({
  address: 'verified',
  mayCreateTenants
})

/**
 * An address as it is stored.
 * @throws {AppError} VALIDATION_ERROR if it is too long
 */
export function storedEmail(email: string): string {
  const normalized = normalizeEmail(email)
  // Lower case can be longer: "İ" becomes two characters.
  if (Array.from(normalized).length > MAX_EMAIL_LENGTH)
    throw new AppError('VALIDATION_ERROR', {
      details: [{ field: '/email', message: atMostCharacters(MAX_EMAIL_LENGTH) }]
    })
  return normalized
}

/**
 * Checks a new account, and hashes its password when its turn comes.
 * @param registration with the address as it is stored
 * @returns what is stored
 * @throws {AppError} VALIDATION_ERROR, WEAK_PASSWORD, AUTH_BUSY
 */
export async function prepareAccount(
  passwords: Passwords,
  { email, password, first_name, last_name }: Registration,
  ip: string | null
) {
  // An invitation may have an address that only an account of an earlier version can have.
  const [problem] = problemsOfAddress(email)
  if (problem !== undefined)
    throw new AppError('VALIDATION_ERROR', { details: [{ ...problem, field: '/email' }] })
  const firstName = storedName(first_name, '/first_name', MAX_PERSON_NAME_LENGTH)
  const lastName = storedName(last_name, '/last_name', MAX_PERSON_NAME_LENGTH)
  await checkNewPassword(password, '/password', { email, firstName, lastName })
  const passwordHash = await passwords.inTurn('creation', ip, (hasher) => hasher.hash(password))
  return { id: randomUUID(), passwordHash, firstName, lastName }
}

/** Creates accounts. */
export function createRegister({ users, passwords, recordMain }: RegistrationDependencies): Register {
  /** @throws {AppError} EMAIL_TAKEN, VALIDATION_ERROR, WEAK_PASSWORD, AUTH_BUSY */
  return async (registration, rights, ip) => {
    const email = storedEmail(registration.email)
    const account = await prepareAccount(passwords, { ...registration, email }, ip)
    const created = await recordMain(() => users.insert({ ...account, email, ...rights, ip }))
    if (created.outcome === 'taken') throw new AppError('EMAIL_TAKEN')
    return created.user
  }
}
