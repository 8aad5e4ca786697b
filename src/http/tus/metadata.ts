import { isUtf8 } from 'node:buffer'
import { AppError } from '../../../core/errors.js'

/** A key is visible ASCII without a comma; Base64 as in RFC 4648 §4. */
const ENTRY = /^([!-+\-.-~]+)(?: ([A-Za-z0-9+/]*={0,2}))?$/

/**
 * The pairs of an Upload-Metadata: `key base64, key base64, key`. https://tus.io/protocols/resumable-upload#upload-metadata
 * @throws {AppError} VALIDATION_ERROR for any other form, a repeated key, invalid Base64 and invalid UTF-8
 */
export function parseMetadata(text: string | undefined): Map<string, string> {
  const pairs = new Map<string, string>()
  if (text === undefined || text.trim() === '') return pairs
  for (const entry of text.split(',')) {
    const [, key, base64 = ''] = ENTRY.exec(entry.trim()) ?? []
    if (key === undefined || base64.length % 4 !== 0) throw invalid('must be pairs of a key and Base64')
    if (pairs.has(key)) throw invalid(`must have each key once, but has ${key} twice`)
    const bytes = Buffer.from(base64, 'base64')
    if (!isUtf8(bytes)) throw invalid(`must have UTF-8 in Base64, but ${key} is not`)
    pairs.set(key, bytes.toString('utf8'))
  }
  return pairs
}

const invalid = (message: string) =>
  new AppError('VALIDATION_ERROR', { details: [{ field: '/upload-metadata', message }] })
