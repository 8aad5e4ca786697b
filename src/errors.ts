/**
 * Every error that Strongroom answers with: its code, HTTP status and default text. Clients match on
 * the code, which never changes its meaning; the text tells a person what to do next.
 */
export const ERRORS = {
  MALFORMED_REQUEST: [400, 'The request could not be read; check its syntax'],
  NOT_AUTHENTICATED: [401, 'Send an access token as "Authorization: Bearer <token>"'],
  INVALID_TOKEN: [401, 'The token is not valid; log in again'],
  TOKEN_EXPIRED: [401, 'The token has expired; refresh it or log in again'],
  TOKEN_REVOKED: [401, 'The session was ended; log in again'],
  TOKEN_REUSED: [401, 'This refresh token was used before, so its session was ended; log in again'],
  INVALID_CREDENTIALS: [401, 'E-mail or password is wrong'],
  INSUFFICIENT_ROLE: [403, 'Your role in this tenant does not allow this'],
  TENANT_INACTIVE: [403, 'This tenant is inactive; an admin of it may reactivate it'],
  LINK_INVALID: [403, 'The download link has expired or was altered; ask for a new one'],
  ROUTE_NOT_FOUND: [404, 'There is nothing at this method and path; see /docs'],
  TENANT_NOT_FOUND: [404, 'No such tenant'],
  DOCUMENT_NOT_FOUND: [404, 'No such document'],
  FILE_NOT_FOUND: [404, 'No such file'],
  EMAIL_TAKEN: [409, 'An account with this e-mail address exists; log in instead'],
  FILE_IN_USE: [409, 'Documents refer to this file; delete them first'],
  BODY_TOO_LARGE: [413, 'The request body is too large'],
  FILE_TOO_LARGE: [413, 'The file is larger than this server accepts'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The Content-Type of the request body is not supported here'],
  RANGE_NOT_SATISFIABLE: [416, 'The requested range lies outside the file'],
  VALIDATION_ERROR: [422, 'Some values are not valid; see details'],
  EMPTY_FILE: [422, 'The file is empty'],
  CHECKSUM_MISMATCH: [422, 'The received bytes do not have the declared MD5; send the file again'],
  INTERNAL_ERROR: [500, 'Something went wrong on our side; quote the request_id when you report it'],
  TENANT_NOT_READY: [503, 'The tenant is still being prepared; try again shortly'],
  TENANT_BUSY: [503, 'All database connections are busy; try again shortly'],
  DATABASE_UNAVAILABLE: [503, 'The database cannot be reached at the moment; try again shortly'],
  STORAGE_UNAVAILABLE: [503, 'The object storage cannot be reached at the moment; try again shortly'],
  KAFKA_UNAVAILABLE: [503, 'Kafka cannot be reached at the moment; try again shortly'],
  UPLOAD_INTERRUPTED: [503, 'The upload took too long and was given up; send the file again'],
  SHUTTING_DOWN: [503, 'The server is restarting; try again shortly']
} as const satisfies Record<string, readonly [status: number, message: string]>

export type ErrorCode = keyof typeof ERRORS

/** One problem with one field; `field` is a JSON pointer into the body, or the parameter's name after "/". */
export interface ErrorDetail {
  field: string
  message: string
}

export interface AppErrorOptions {
  /** Replaces the table's text. Never put a secret or an internal name here. */
  message?: string
  details?: ErrorDetail[]
  cause?: unknown
  /** Seconds for the Retry-After header; 503 answers carry 1 when it is not given. */
  retryAfter?: number
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
    this.details = options.details
    this.retryAfter = options.retryAfter ?? (status === 503 ? 1 : undefined)
  }
}
