import { AppError } from './errors.js'

/**
 * The token in an Authorization header (RFC 6750 §2.1).
 * @throws {AppError} NOT_AUTHENTICATED if there is none
 */
export function bearerToken(header: string | undefined): string {
  const [, token] = /^Bearer +([\w\-.~+/]+=*)$/i.exec(header ?? '') ?? []
  if (token === undefined) throw new AppError('NOT_AUTHENTICATED')
  return token
}
