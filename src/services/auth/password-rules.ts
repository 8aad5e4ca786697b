import { MAX_PASSWORD_BYTES } from '../../../plugins/auth/passwords.js'
import { AppError } from '../../../core/errors.js'

/**
 * bcrypt would ignore the end of a longer one. (Bytes; the schema counts characters.)
 * @throws {AppError} VALIDATION_ERROR
 */
export function refuseLongPassword(password: string, field: string): void {
  if (Buffer.byteLength(password) <= MAX_PASSWORD_BYTES) return
  throw new AppError('VALIDATION_ERROR', {
    details: [{ field, message: `must not be longer than ${MAX_PASSWORD_BYTES} bytes` }]
  })
}
