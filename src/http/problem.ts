import { STATUS_CODES } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { AppError } from '../../core/errors.js'

export const PROBLEM_TYPE = 'application/problem+json'

/**
 * An error in the form of RFC 9457: the standard members, plus those of our envelope. `instance` is the requested path
 * without the query, which may contain a signature.
 * @param documentation the URL that explains the error
 */
export function problemOf(error: AppError, request: FastifyRequest, documentation = 'about:blank') {
  return {
    type: documentation,
    title: STATUS_CODES[error.status] ?? error.code,
    status: error.status,
    detail: error.message,
    instance: request.url.split('?', 1)[0],
    code: error.code,
    ...(error.details !== undefined && { details: error.details }),
    ...(error.oldestCursor !== undefined && { oldest_cursor: error.oldestCursor }),
    request_id: request.id
  }
}

/** Whether an Accept header (RFC 9110 §12.5.1) names problems, and prefers no other JSON to them. */
export function prefersProblem(accept: string | undefined): boolean {
  if (accept === undefined) return false
  const wanted = weightOf(accept, PROBLEM_TYPE)
  return wanted > 0 && wanted >= weightOf(accept, 'application/json')
}

/** The weight that the header gives to this type by name; 0 if it does not name it. */
function weightOf(accept: string, type: string): number {
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    if (name !== type) continue
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    return weight === undefined ? 1 : Number(weight.slice(2)) || 0
  }
  return 0
}
