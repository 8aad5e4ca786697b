import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { documentationUrl } from './error-documentation.js'
import { codeOf, driverError, isDatabaseUnavailable, SQLSTATE } from '../../db/error-codes.js'
import { prefersProblem, problemOf, PROBLEM_TYPE } from './problem.js'
import { whoIn } from './request-log.js'
import { SECURITY_HEADERS } from './security.js'
import { AppError, type ErrorCode } from '../../core/errors.js'

/**
 * Answers anything that was thrown with the error envelope, or with a problem (RFC 9457) if the client prefers that.
 * Internals go to the log, never to the client.
 */
export function errorHandler(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = causedByClient(error, request)
    ? new AppError('CLIENT_GONE', { cause: error })
    : toAppError(error)
  logError(known, error, request)
  // Set here too, since a request whose URL cannot be parsed never reaches the hooks that set them.
  void reply.headers(SECURITY_HEADERS).header('x-request-id', request.id)
  if (known.retryAfter !== undefined) void reply.header('retry-after', known.retryAfter)
  if (known.status === 401 || known.code === 'INSUFFICIENT_SCOPE')
    void reply.header('www-authenticate', challenge(known.code, request))
  // If the bytes failed before the first was sent, the headers that describe them are still set.
  for (const name of CONTENT_HEADERS) void reply.removeHeader(name)
  void reply.code(known.status)
  const documentation = documentationUrl(request.server, known.code)
  if (prefersProblem(request.headers.accept)) {
    void reply
      .type(PROBLEM_TYPE)
      .serializer(JSON.stringify)
      .send(problemOf(known, request, documentation))
    return
  }
  void reply.type('application/json; charset=utf-8').send({
    success: false,
    error: {
      code: known.code,
      message: known.message,
      ...(known.details !== undefined && { details: known.details }),
      ...(known.oldestCursor !== undefined && { oldest_cursor: known.oldestCursor }),
      request_id: request.id,
      ...(documentation !== undefined && { documentation_url: documentation })
    }
  })
}

function logError(known: AppError, error: unknown, request: FastifyRequest): void {
  const what = { code: known.code, ...whoIn(request) }
  if (known.code === 'INTERNAL_ERROR') request.log.error({ err: driverError(error), ...what }, known.message)
  // The client is gone: it gets no answer, and the error may only be a consequence.
  else if (request.raw.socket.destroyed) request.log.info({ reason: 'client gone', ...what }, known.message)
  else if (known.status === 503) request.log.warn({ err: driverError(known.cause), ...what }, known.message)
  else request.log.info({ ...what, details: known.details }, known.message)
}

/** Whether the error was thrown because the connection closed during the request. */
function causedByClient(error: unknown, { raw }: FastifyRequest): boolean {
  if (raw.errored === null || (error instanceof AppError && error.code === 'UPLOAD_ABORTED')) return false
  if (error instanceof AppError && error.code === 'MALFORMED_REQUEST') return true
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause === raw.errored) return true
  return false
}

/** RFC 6750 §3: say what is wrong with a token only if one was sent. */
function challenge(code: ErrorCode, { headers, routeOptions }: FastifyRequest): string {
  if (code === 'INSUFFICIENT_SCOPE')
    return `Bearer realm="strongroom", error="insufficient_scope", scope="${routeOptions.config.scope}"`
  const isRefused = code !== 'NOT_AUTHENTICATED' && code !== 'INVALID_CREDENTIALS'
  const sent = isRefused && headers.authorization !== undefined
  return `Bearer realm="strongroom"${sent ? ', error="invalid_token"' : ''}`
}

const CONTENT_HEADERS = ['content-length', 'content-disposition', 'accept-ranges', 'etag', 'last-modified']

/** Unexpected errors become INTERNAL_ERROR, without their text. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (isDatabaseUnavailable(error)) return new AppError('DATABASE_UNAVAILABLE', { cause: error })
  if (codeOf(error) === SQLSTATE.quotaExceeded) return new AppError('QUOTA_EXCEEDED', { cause: error })
  if (codeOf(error) === SQLSTATE.indexMissing)
    return new AppError('TENANT_NOT_READY', { message: INDEX_MISSING, cause: error, retryAfter: 10 })
  // Data that a column cannot hold (class 22) came from the client. The schemas should have refused it, which the log
  // shows, but it is not a server error.
  if (codeOf(error)?.startsWith('22') === true) return new AppError('VALIDATION_ERROR', { cause: error })
  return fromFastify(error ?? {}) ?? new AppError('INTERNAL_ERROR', { cause: error })
}

const INDEX_MISSING = 'External ids can be used once their index is built; try again shortly'

/** Errors of Fastify and its plugins carry a status. */
function fromFastify(error: Partial<FastifyError>): AppError | null {
  const code = error.statusCode === undefined ? undefined : BY_STATUS[error.statusCode]
  return code === undefined ? null : new AppError(code, { cause: error })
}

const BY_STATUS: Partial<Record<number, ErrorCode>> = {
  400: 'MALFORMED_REQUEST',
  404: 'ROUTE_NOT_FOUND',
  406: 'MALFORMED_REQUEST',
  413: 'BODY_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  503: 'SHUTTING_DOWN'
}
