/**
 * Every error that Strongroom answers with: code, HTTP status and default text. Clients match on the code, whose
 * meaning never changes; the text tells a person what to do next.
 */
export const ERRORS = {
  MALFORMED_REQUEST: [400, 'The request could not be parsed; check its syntax'],
  CLIENT_GONE: [400, 'The connection closed before the request was complete; send it again'],
  CONTENT_RANGE_NOT_SUPPORTED: [
    400,
    'Partial uploads are not supported; send the whole content without Content-Range'
  ],
  UPLOAD_ABORTED: [400, 'The connection closed before the upload was complete; send the file again'],
  NOT_AUTHENTICATED: [401, 'Send an access token or a key as "Authorization: Bearer <token>"'],
  INVALID_TOKEN: [401, 'The token or key is not valid; log in again, or use another key'],
  TOKEN_EXPIRED: [401, 'The token has expired; refresh it or log in again'],
  TOKEN_REVOKED: [401, 'The session has ended; log in again'],
  TOKEN_REUSED: [401, 'This refresh token was already used, so its session has ended; log in again'],
  INVALID_CREDENTIALS: [401, 'Wrong e-mail address or password; check both and try again'],
  INSUFFICIENT_ROLE: [403, 'Your role in this tenant does not allow this; ask one of its admins'],
  INSUFFICIENT_SCOPE: [403, 'This key lacks a scope that the operation needs; use one that has it'],
  PERSONS_ONLY: [403, 'Keys cannot do this; log in as a person and send the access token'],
  TENANT_INACTIVE: [403, 'This tenant is inactive; one of its admins can reactivate it'],
  REGISTRATION_CLOSED: [403, 'Accounts are created by invitation only; ask for one'],
  EMAIL_NOT_VERIFIED: [403, 'Open the link in the mail that was sent to this address, then log in again'],
  TENANT_CREATION_DENIED: [403, 'Your account may not create tenants; ask the operator'],
  WRONG_ACCOUNT: [
    403,
    'The invitation is for another e-mail address; log in with the account of that address'
  ],
  LINK_INVALID: [403, 'The download link has expired or was altered; request a new one'],
  ROUTE_NOT_FOUND: [404, 'No endpoint has this method and path; check both in the API documentation'],
  TENANT_NOT_FOUND: [404, 'No such tenant, or you are not a member of it; check the id'],
  USER_NOT_FOUND: [404, 'No active account has this id; invite the person by e-mail address'],
  MEMBER_NOT_FOUND: [404, 'This user is not a member of the tenant; check the id'],
  SESSION_NOT_FOUND: [404, 'You have no such session; it may already have ended'],
  INVITATION_NOT_FOUND: [404, 'No such open invitation; it may have been accepted, or have expired'],
  SERVICE_ACCOUNT_NOT_FOUND: [404, 'The tenant has no such service account; check the id'],
  KEY_NOT_FOUND: [404, 'The service account has no such key; it may already have been revoked'],
  WEBHOOK_NOT_FOUND: [404, 'The tenant has no such webhook; check the id'],
  EXPORT_NOT_FOUND: [404, 'The tenant has no such export; list its exports to see all of them'],
  DELIVERY_NOT_FOUND: [404, 'This event was never sent to the webhook, or is no longer kept'],
  DOCUMENT_NOT_FOUND: [404, 'No such document; it may have been deleted'],
  FILE_NOT_FOUND: [404, 'No such file; it may have been deleted'],
  UPLOAD_NOT_FOUND: [404, 'You have no such upload; it may have expired'],
  METHOD_NOT_ALLOWED: [
    405,
    'This path does not support this method; the Allow header lists the methods it supports'
  ],
  NOT_ACCEPTABLE: [
    406,
    'This endpoint sends a stream of events; name text/event-stream in the Accept header'
  ],
  REQUEST_TIMEOUT: [408, 'The request did not arrive in time; send it again'],
  EXTERNAL_ID_TAKEN: [409, 'Another document of the tenant has this external id; see details'],
  EMAIL_TAKEN: [409, 'An account with this e-mail address already exists; log in instead'],
  ALREADY_MEMBER: [409, 'This user is already a member; change the role instead'],
  LAST_ADMIN: [409, 'The tenant would be left without a person as admin; make another person an admin first'],
  TENANT_PURGING: [409, 'This tenant is being removed for good and can no longer be changed'],
  FILE_IN_USE: [409, 'Documents still refer to this file; delete them first'],
  TENANT_LIMIT_REACHED: [
    409,
    'Your account has reached its limit of tenants; deleted ones count until they are removed for good'
  ],
  TOO_MANY_KEYS: [409, 'The service account has reached its limit of keys; revoke one first'],
  TOO_MANY_WEBHOOKS: [409, 'The tenant has reached its limit of webhooks; delete one first'],
  TOO_MANY_EXPORTS: [
    409,
    'An export is being made, or the tenant has reached its daily limit; use an existing export, or try again later'
  ],
  EXPORT_NOT_READY: [409, 'The export has no archive to download; check its state'],
  EXPORT_TOO_LARGE: [409, 'The tenant stores too much to be exported here; ask the operator for an export'],
  MEMBER_LIMIT_REACHED: [409, 'The tenant has reached its limit of members; remove one first'],
  INVITATION_LIMIT_REACHED: [
    409,
    'The tenant has made too many invitations within a day; try again tomorrow'
  ],
  IDEMPOTENCY_IN_PROGRESS: [409, 'A request with this Idempotency-Key is still running; try again shortly'],
  OFFSET_MISMATCH: [
    409,
    'Upload-Offset is not the current offset of the upload; send HEAD and continue from the offset it returns'
  ],
  PARTS_MISSING: [409, 'Some parts have not arrived; send those in details, then complete the upload again'],
  DIRECT_UPLOAD_UNAVAILABLE: [
    409,
    'The storage of this server does not support direct uploads; use a resumable upload, or send the file in one request'
  ],
  UPLOAD_GONE: [410, 'This upload has ended and takes no more bytes; create a new one'],
  CURSOR_EXPIRED: [
    410,
    'The events after this cursor are no longer kept; read the current state, then continue from oldest_cursor'
  ],
  TUS_VERSION_UNSUPPORTED: [412, 'Send "Tus-Resumable: 1.0.0", the only version this server supports'],
  INVITATION_EXPIRED: [410, 'The invitation was used or withdrawn, or has expired; ask for a new one'],
  LINK_EXPIRED: [410, 'The link was used or has expired; ask for a new one'],
  PRECONDITION_FAILED: [
    412,
    'The current version does not satisfy If-Match or If-Unmodified-Since; fetch it again'
  ],
  BODY_TOO_LARGE: [413, 'The request body is too large; send a smaller one'],
  FILE_TOO_LARGE: [413, 'The file is larger than this server accepts; send a smaller one'],
  QUOTA_EXCEEDED: [
    413,
    'The tenant has reached its limit; delete documents or ask the operator for a higher limit'
  ],
  URI_TOO_LONG: [414, 'The URL is too long; shorten it'],
  UNSUPPORTED_MEDIA_TYPE: [
    415,
    'This endpoint does not accept the Content-Type of the request body; see the API documentation'
  ],
  RANGE_NOT_SATISFIABLE: [416, 'The requested range lies outside the file; request one inside it'],
  EXPECTATION_FAILED: [417, 'The only supported expectation is 100-continue; send that, or no Expect header'],
  VALIDATION_ERROR: [422, 'Some values are invalid; see details'],
  URL_REFUSED: [422, 'Events cannot be sent to this URL; see details'],
  EMPTY_FILE: [422, 'The file is empty; send one with content'],
  CHECKSUM_MISMATCH: [422, 'The received bytes do not match the declared digest; send them again'],
  WRONG_PASSWORD: [422, 'The current password is wrong; try again'],
  WEAK_PASSWORD: [422, 'This password is easy to guess; choose another one'],
  UPLOAD_LOCKED: [423, 'The state of the upload is unknown at the moment; try again shortly'],
  TOO_MANY_REQUESTS: [429, 'Too many requests; wait for the seconds in Retry-After'],
  TOO_MANY_FAILURES: [
    429,
    'Too many wrong passwords for this account or from this network; wait for the seconds in Retry-After'
  ],
  IDEMPOTENCY_MISMATCH: [422, 'This Idempotency-Key was already used for a different request; use a new key'],
  HEADERS_TOO_LARGE: [431, 'The request headers are too large; send fewer or shorter ones'],
  CHUNK_MISMATCH: [460, 'The received bytes do not match Upload-Checksum; send them again'],
  INTERNAL_ERROR: [500, 'Something went wrong on our side; quote the request_id when you report it'],
  NOT_IMPLEMENTED: [501, 'This server does not support the method or the transfer coding of the request'],
  TENANT_NOT_READY: [503, 'The tenant is still being prepared; try again shortly'],
  TENANT_NEWER: [
    503,
    'The tenant has been migrated to a newer version than this server runs; try again shortly'
  ],
  SERVERS_FULL: [503, 'No database server has room for another tenant; try again later, or ask the operator'],
  TENANT_MOVING: [503, 'The tenant is being moved to another server; try again shortly'],
  TENANT_BUSY: [503, 'All database connections are in use; try again shortly'],
  DATABASE_UNAVAILABLE: [503, 'The database is unavailable; try again shortly'],
  STORAGE_UNAVAILABLE: [503, 'The object storage is unavailable; try again shortly'],
  KAFKA_UNAVAILABLE: [503, 'Kafka is unavailable; try again shortly'],
  UPLOAD_INTERRUPTED: [503, 'The upload took too long and was abandoned; send the file again'],
  AUTH_BUSY: [503, 'Too many passwords or keys are being checked; try again shortly'],
  UPLOADS_BUSY: [503, 'Too many uploads are waiting; try again shortly'],
  DOWNLOADS_BUSY: [503, 'Too many downloads are waiting; try again shortly'],
  TOO_MANY_STREAMS: [503, 'Too many streams are open; try again shortly, or poll the feed'],
  EVENTS_NOT_READY: [503, 'The event log begins once all servers run this version; try again shortly'],
  OVERLOADED: [503, 'The server is overloaded; try again shortly'],
  SHUTTING_DOWN: [503, 'The server is restarting; try again shortly'],
  HTTP_VERSION_UNSUPPORTED: [505, 'This server supports only HTTP/1.1 and HTTP/1.0']
} as const satisfies Record<string, readonly [status: number, message: string]>

export type ErrorCode = keyof typeof ERRORS

/** One problem with one field; `field` is a JSON pointer into the body, or the parameter's name after "/". */
export interface ErrorDetail {
  field: string
  message: string
}

/** Limits of `details`: more problems, or longer field paths, would help nobody. */
export const MAX_DETAILS = 20
const MAX_FIELD_LENGTH = 200

export interface AppErrorOptions {
  /** Replaces the default text. Never put a secret or an internal name here. */
  message?: string
  details?: ErrorDetail[]
  /** For CURSOR_EXPIRED: the oldest cursor from which a reader can continue. */
  oldestCursor?: string
  cause?: unknown
  /** Seconds for the Retry-After header; defaults to 1 if waiting helps. */
  retryAfter?: number
}

/** Whether waiting helps; if so, the answer says for how long. */
export function passesByItself(code: ErrorCode): boolean {
  const [status] = ERRORS[code]
  return status === 429 || status === 503 || code === 'IDEMPOTENCY_IN_PROGRESS'
}

/** An error meant for the client. Anything else that is thrown becomes INTERNAL_ERROR. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly status: number
  readonly details: ErrorDetail[] | undefined
  readonly oldestCursor: string | undefined
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const [status, message] = ERRORS[code]
    super(options.message ?? message, { cause: options.cause })
    this.code = code
    this.status = status
    this.details = options.details?.slice(0, MAX_DETAILS).map(shortened)
    this.oldestCursor = options.oldestCursor
    this.retryAfter = options.retryAfter ?? (passesByItself(code) ? 1 : undefined)
  }
}

/** The client chooses the names of unknown fields, so they can have any length. */
const shortened = ({ field, message }: ErrorDetail): ErrorDetail => ({
  field: field.length > MAX_FIELD_LENGTH ? `${field.slice(0, MAX_FIELD_LENGTH)}…` : field,
  message
})
