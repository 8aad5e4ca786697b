/**
 * Every error that Strongroom answers with: its code, HTTP status and default text. Clients match on
 * the code, which never changes its meaning; the text tells a person what to do next.
 */
export const ERRORS = {
  MALFORMED_REQUEST: [400, 'The request could not be read; check its syntax'],
  CLIENT_GONE: [400, 'The connection ended before the request was complete; send it again'],
  CONTENT_RANGE_NOT_SUPPORTED: [
    400,
    'Send the whole content, without Content-Range; a part of it cannot be added'
  ],
  UPLOAD_ABORTED: [400, 'The connection was closed before the upload had arrived; send the file again'],
  NOT_AUTHENTICATED: [401, 'Send an access token as "Authorization: Bearer <token>"'],
  INVALID_TOKEN: [401, 'The token is not valid; log in again'],
  TOKEN_EXPIRED: [401, 'The token has expired; refresh it or log in again'],
  TOKEN_REVOKED: [401, 'The session was ended; log in again'],
  TOKEN_REUSED: [401, 'This refresh token was used before, so its session was ended; log in again'],
  INVALID_CREDENTIALS: [401, 'E-mail or password is wrong'],
  INSUFFICIENT_ROLE: [403, 'Your role in this tenant does not allow this'],
  TENANT_INACTIVE: [403, 'This tenant is inactive; an admin of it may reactivate it'],
  LINK_INVALID: [403, 'The download link has expired or was altered; ask for a new one'],
  ROUTE_NOT_FOUND: [
    404,
    'There is nothing at this method and path; check both in the documentation of the API'
  ],
  TENANT_NOT_FOUND: [404, 'No such tenant'],
  USER_NOT_FOUND: [404, 'No active account has this id or e-mail address; they have to register first'],
  MEMBER_NOT_FOUND: [404, 'This user is not a member of the tenant'],
  SESSION_NOT_FOUND: [404, 'You have no such session; it may have ended'],
  DOCUMENT_NOT_FOUND: [404, 'No such document'],
  FILE_NOT_FOUND: [404, 'No such file'],
  METHOD_NOT_ALLOWED: [405, 'This path does not take this method; the Allow header lists those it takes'],
  REQUEST_TIMEOUT: [408, 'The request did not arrive in time; send it again'],
  EMAIL_TAKEN: [409, 'An account with this e-mail address exists; log in instead'],
  ALREADY_MEMBER: [409, 'This user is a member already; change the role instead'],
  LAST_ADMIN: [409, 'Nobody could manage the tenant any more; make somebody else an admin first'],
  TENANT_PURGING: [409, 'This tenant is being removed for good and cannot be changed any more'],
  FILE_IN_USE: [409, 'Documents refer to this file; delete them first'],
  TENANT_LIMIT_REACHED: [
    409,
    'You have created as many tenants as one account may; deleted ones count until they are removed for good'
  ],
  MEMBER_LIMIT_REACHED: [409, 'The tenant has as many members as it may have; remove one first'],
  IDEMPOTENCY_IN_PROGRESS: [409, 'A request with this Idempotency-Key is still running; try again shortly'],
  PRECONDITION_FAILED: [412, 'The content is not what If-Match or If-Unmodified-Since asks for'],
  BODY_TOO_LARGE: [413, 'The request body is too large'],
  FILE_TOO_LARGE: [413, 'The file is larger than this server accepts'],
  QUOTA_EXCEEDED: [413, 'The tenant has reached its limit; delete documents or ask for a higher limit'],
  URI_TOO_LONG: [414, 'The URL is too long'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The Content-Type of the request body is not supported here'],
  RANGE_NOT_SATISFIABLE: [416, 'The requested range lies outside the file'],
  EXPECTATION_FAILED: [417, 'The only expectation that this server knows is 100-continue'],
  VALIDATION_ERROR: [422, 'Some values are not valid; see details'],
  EMPTY_FILE: [422, 'The file is empty'],
  CHECKSUM_MISMATCH: [422, 'The received bytes do not have the declared digest; send them again'],
  WRONG_PASSWORD: [422, 'The current password is wrong'],
  WEAK_PASSWORD: [422, 'This password is easily guessed; choose another one'],
  TOO_MANY_REQUESTS: [429, 'Too many requests; wait as long as Retry-After says'],
  TOO_MANY_FAILURES: [429, 'Too many wrong passwords for this account; wait as long as Retry-After says'],
  IDEMPOTENCY_MISMATCH: [422, 'This Idempotency-Key was used for another request; take a new key'],
  HEADERS_TOO_LARGE: [431, 'The header fields of the request are too large'],
  INTERNAL_ERROR: [500, 'Something went wrong on our side; quote the request_id when you report it'],
  NOT_IMPLEMENTED: [501, 'This server does not know the method or the transfer coding of the request'],
  TENANT_NOT_READY: [503, 'The tenant is still being prepared; try again shortly'],
  TENANT_NEWER: [503, 'The tenant was brought to a newer version than this server runs; try again shortly'],
  TENANT_BUSY: [503, 'All database connections are busy; try again shortly'],
  DATABASE_UNAVAILABLE: [503, 'The database cannot be reached at the moment; try again shortly'],
  STORAGE_UNAVAILABLE: [503, 'The object storage cannot be reached at the moment; try again shortly'],
  KAFKA_UNAVAILABLE: [503, 'Kafka cannot be reached at the moment; try again shortly'],
  UPLOAD_INTERRUPTED: [503, 'The upload took too long and was given up; send the file again'],
  AUTH_BUSY: [503, 'Too many passwords are being checked at the moment; try again shortly'],
  UPLOADS_BUSY: [503, 'Too many uploads are waiting for their turn; try again shortly'],
  DOWNLOADS_BUSY: [503, 'Too many downloads are waiting for their turn; try again shortly'],
  OVERLOADED: [503, 'The server has more to do than it can; try again shortly'],
  SHUTTING_DOWN: [503, 'The server is restarting; try again shortly'],
  HTTP_VERSION_UNSUPPORTED: [505, 'This server speaks HTTP/1.1 and HTTP/1.0']
} as const satisfies Record<string, readonly [status: number, message: string]>

export type ErrorCode = keyof typeof ERRORS

/** One problem with one field; `field` is a JSON pointer into the body, or the parameter's name after "/". */
export interface ErrorDetail {
  field: string
  message: string
}

/** More problems than these, and more characters of a field's path, are of no use to anybody. */
export const MAX_DETAILS = 20
const MAX_FIELD_LENGTH = 200

export interface AppErrorOptions {
  /** Replaces the table's text. Never put a secret or an internal name here. */
  message?: string
  details?: ErrorDetail[]
  cause?: unknown
  /** Seconds for the Retry-After header; what passes by itself carries 1 when it is not given. */
  retryAfter?: number
}

/** Whether waiting helps, so that the answer says how long. */
export function passesByItself(code: ErrorCode): boolean {
  const [status] = ERRORS[code]
  return status === 429 || status === 503 || code === 'IDEMPOTENCY_IN_PROGRESS'
}

/** An error that is meant for the client. Anything else that is thrown becomes INTERNAL_ERROR. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly status: number
  readonly details: ErrorDetail[] | undefined
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const [status, message] = ERRORS[code]
    super(options.message ?? message, { cause: options.cause })
    this.code = code
    this.status = status
    this.details = options.details?.slice(0, MAX_DETAILS).map(shortened)
    this.retryAfter = options.retryAfter ?? (passesByItself(code) ? 1 : undefined)
  }
}

/** Fields that nobody knows have names as long as the client likes. */
const shortened = ({ field, message }: ErrorDetail): ErrorDetail => ({
  field: field.length > MAX_FIELD_LENGTH ? `${field.slice(0, MAX_FIELD_LENGTH)}…` : field,
  message
})
