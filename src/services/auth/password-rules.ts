import { normalizePassword } from '../../../core/normalize-password.js'
import { AppError } from '../../../core/errors.js'
import { isEasilyGuessed, MIN_PASSWORD_LENGTH, type PasswordOwner } from './password-strength.js'

/** Bytes in UTF-8: enough for any passphrase, and few enough to check quickly. */
const MAX_PASSWORD_BYTES = 256

/**
 * Checks a new password, in the form in which it is compared, whether a user or an operator sets it: 8 characters to
 * 256 bytes, and not easily guessed.
 * @param field the origin, for the details of the error
 * @throws {AppError} VALIDATION_ERROR, WEAK_PASSWORD
 */
export async function checkNewPassword(password: string, field: string, owner: PasswordOwner): Promise<void> {
  const normalized = normalizePassword(password)
  if (Array.from(normalized).length < MIN_PASSWORD_LENGTH)
    throw refusal('VALIDATION_ERROR', field, `must have at least ${MIN_PASSWORD_LENGTH} characters`)
  if (Buffer.byteLength(normalized) > MAX_PASSWORD_BYTES)
    throw refusal('VALIDATION_ERROR', field, `must have at most ${MAX_PASSWORD_BYTES} bytes`)
  if (await isEasilyGuessed(normalized, owner))
    throw refusal('WEAK_PASSWORD', field, 'is a common password, or contains your name or address')
}

const refusal = (code: 'VALIDATION_ERROR' | 'WEAK_PASSWORD', field: string, message: string) =>
  new AppError(code, { details: [{ field, message }] })
