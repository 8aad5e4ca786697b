import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type {
  ConnectionError,
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError
} from 'fastify'
import { codeOf, driverError, isDatabaseUnavailable, SQLSTATE } from '../../db/error-codes.js'
import { whoIn } from './request-log.js'
import { SECURITY_HEADERS } from './security.js'
import { AppError, ERRORS, type ErrorCode, type ErrorDetail } from '../../core/errors.js'

/** Answers anything that was thrown with the error envelope. Internals go to the log, never to the client. */
export function errorHandler(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = toAppError(error)
  const what = { code: known.code, ...whoIn(request) }
  if (known.code === 'INTERNAL_ERROR') request.log.error({ err: driverError(error), ...what }, known.message)
  else if (known.status >= 500) request.log.warn({ err: driverError(known.cause), ...what }, known.message)
  else request.log.info({ ...what, details: known.details }, known.message)
  // Here too, since a request whose URL cannot be read never reaches the hooks that set them.
  void reply.headers(SECURITY_HEADERS).header('x-request-id', request.id)
  if (known.retryAfter !== undefined) void reply.header('retry-after', known.retryAfter)
  // Bytes that failed before the first was sent have left what was said of them.
  for (const name of CONTENT_HEADERS) void reply.removeHeader(name)
  void reply.type('application/json; charset=utf-8')
  void reply.code(known.status).send({
    success: false,
    error: {
      code: known.code,
      message: known.message,
      ...(known.details !== undefined && { details: known.details }),
      request_id: request.id
    }
  })
}

const CONTENT_HEADERS = ['content-length', 'content-disposition', 'accept-ranges', 'etag', 'last-modified']

/** Whatever the code did not foresee becomes INTERNAL_ERROR, without its text. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (isDatabaseUnavailable(error)) return new AppError('DATABASE_UNAVAILABLE', { cause: error })
  if (codeOf(error) === SQLSTATE.quotaExceeded) return new AppError('QUOTA_EXCEEDED', { cause: error })
  // Data that a column cannot hold (class 22) came from the client; the schemas let it through, which the
  // log shows, but it is no fault of the server.
  if (codeOf(error)?.startsWith('22') === true) return new AppError('VALIDATION_ERROR', { cause: error })
  return fromFastify(error ?? {}) ?? new AppError('INTERNAL_ERROR', { cause: error })
}

/** Errors of Fastify itself and of its plugins carry a status. */
function fromFastify(error: Partial<FastifyError>): AppError | null {
  if (error.validation !== undefined) {
    return new AppError('VALIDATION_ERROR', { details: error.validation.map(toDetail), cause: error })
  }
  const code = error.statusCode === undefined ? undefined : BY_STATUS[error.statusCode]
  return code === undefined ? null : new AppError(code, { cause: error })
}

const BY_STATUS: Partial<Record<number, ErrorCode>> = {
  400: 'MALFORMED_REQUEST',
  404: 'ROUTE_NOT_FOUND',
  406: 'MALFORMED_REQUEST',
  413: 'BODY_TOO_LARGE',
  414: 'MALFORMED_REQUEST',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  503: 'SHUTTING_DOWN'
}

function toDetail({
  instancePath,
  params,
  message = 'is not valid'
}: FastifySchemaValidationError): ErrorDetail {
  const property = params['missingProperty'] ?? params['additionalProperty']
  if (typeof property !== 'string') return { field: instancePath || '/', message }
  const escaped = property.replaceAll('~', '~0').replaceAll('/', '~1')
  return {
    field: `${instancePath}/${escaped}`,
    message: 'missingProperty' in params ? 'is required' : 'is not known'
  }
}

/** Answers what Node could not read as HTTP, before there is a request, with the envelope as well. */
export function clientErrorHandler(this: FastifyInstance, error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const code = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'REQUEST_TIMEOUT' : 'MALFORMED_REQUEST'
  const id = randomUUID()
  // Not the error itself, which holds the bytes that came, tokens and all.
  this.log.info({ reason: error.code, request_id: id }, ERRORS[code][1])
  endConnection(socket, code, id)
}

/** Answers where no answer of Fastify's would get through any more, and closes the connection. */
export function endConnection(
  socket: Socket,
  code: 'REQUEST_TIMEOUT' | 'MALFORMED_REQUEST',
  requestId: string
): void {
  const { status, message } = new AppError(code)
  const body = JSON.stringify({ success: false, error: { code, message, request_id: requestId } })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'connection: close'
  ]
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}
