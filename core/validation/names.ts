import { AppError } from '../errors.js'
import { atMostCharacters } from './sentences.js'

/**
 * A name of a document, tenant or person as it is stored: composed (NFC, RFC 5198 §3), so that equal names are equal
 * wherever they were typed, and without white space around it. Some characters have no composed form that is as short.
 * @param maxLength characters
 * @throws {AppError} VALIDATION_ERROR for `field` when it is too long then
 */
export function storedName(given: string, field: string, maxLength: number): string {
  const name = given.normalize('NFC').trim()
  if (Array.from(name).length > maxLength)
    throw new AppError('VALIDATION_ERROR', { details: [{ field, message: atMostCharacters(maxLength) }] })
  return name
}
