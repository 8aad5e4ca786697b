import { AppError } from '../errors.js'
import { atMostCharacters } from './sentences.js'

/**
 * The stored form of a document's, tenant's or person's name: composed (NFC, RFC 5198 §3), so that equal names are
 * equal wherever they were typed, and trimmed. Some characters have no composed form that is as short.
 * @param maxLength characters
 * @throws {AppError} VALIDATION_ERROR for `field` if the result is too long
 */
export function storedName(given: string, field: string, maxLength: number): string {
  const name = given.normalize('NFC').trim()
  if (Array.from(name).length > maxLength)
    throw new AppError('VALIDATION_ERROR', { details: [{ field, message: atMostCharacters(maxLength) }] })
  return name
}
