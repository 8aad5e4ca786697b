import type { IncomingMessage } from 'node:http'
import { AppError } from '../../core/errors.js'

const HEADER = 'x-on-behalf-of'
/** Characters. */
const MAX_LENGTH = 255
/** Control characters, line separators and invisible characters. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

/**
 * The user for whom a service acts, as the calling product names them. The name is recorded and grants nothing. Null if
 * the request does not have the header.
 * @throws {AppError} VALIDATION_ERROR
 */
export function onBehalfOf(request: IncomingMessage, isService: boolean): string | null {
  const given = request.headers[HEADER]
  if (given === undefined) return null
  if (!isService) throw invalid('is only for service accounts')
  if (request.headersDistinct[HEADER]?.length !== 1) throw invalid('may be given only once')
  const name = decode(String(given))
  if (name === '' || UNPRINTABLE.test(name) || Array.from(name).length > MAX_LENGTH)
    throw invalid(`must be 1 to ${MAX_LENGTH} printable characters in UTF-8`)
  return name
}

/** Node reads headers as Latin-1. Returns an empty string if the bytes are not UTF-8. */
function decode(header: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'))
  } catch {
    return ''
  }
}

const invalid = (message: string) =>
  new AppError('VALIDATION_ERROR', { details: [{ field: `/${HEADER}`, message }] })
