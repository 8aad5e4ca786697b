import type { components } from './schema.js'

/** Which value is wrong, and why. */
export type ErrorDetail = components['schemas']['ErrorDetail']

/** The facts in an error answer. */
export interface ErrorFacts {
  /** Match on this: a code never changes its meaning. If a proxy answered instead of the API, it is `HTTP_502`, say. */
  code: string
  message: string
  status: number
  details: ErrorDetail[]
  /** Quote it when you report a problem. */
  requestId: string | undefined
  /** Seconds after which a retry can help; undefined if none can. */
  retryAfter: number | undefined
  /** With `CURSOR_EXPIRED`: the cursor of the oldest events that are still kept. */
  oldestCursor: string | undefined
  /** The page that explains the error, if the operator has set PUBLIC_URL. */
  documentationUrl: string | undefined
}

/** The API refused a request, or failed. There are subclasses for errors that callers usually handle differently. */
export class StrongroomError extends Error implements ErrorFacts {
  override readonly name: string = 'StrongroomError'
  readonly code: string
  readonly status: number
  readonly details: ErrorDetail[]
  readonly requestId: string | undefined
  readonly retryAfter: number | undefined
  readonly oldestCursor: string | undefined
  readonly documentationUrl: string | undefined

  constructor(facts: ErrorFacts) {
    const { code, message, status, details, requestId, retryAfter, oldestCursor, documentationUrl } = facts
    super(message)
    this.code = code
    this.status = status
    this.details = details
    this.requestId = requestId
    this.retryAfter = retryAfter
    this.oldestCursor = oldestCursor
    this.documentationUrl = documentationUrl
  }
}

/**
 * 401: there is no session (`NOT_AUTHENTICATED`), it is over (`TOKEN_REVOKED`), the key is not valid (`INVALID_TOKEN`),
 * or the password is wrong.
 */
export class AuthenticationError extends StrongroomError {
  override readonly name = 'AuthenticationError'
}

/** 403: `INSUFFICIENT_ROLE`, `TENANT_INACTIVE`. */
export class PermissionError extends StrongroomError {
  override readonly name: string = 'PermissionError'
}

/** `INSUFFICIENT_SCOPE`: the key was created without the scope that the operation needs. */
export class ScopeError extends PermissionError {
  override readonly name = 'ScopeError'
}

/** `PERSONS_ONLY`: no key may do this; a person has to. */
export class PersonsOnlyError extends PermissionError {
  override readonly name = 'PersonsOnlyError'
}

/** 404: the resource does not exist, or you cannot access it. */
export class NotFoundError extends StrongroomError {
  override readonly name = 'NotFoundError'
}

/** 409: the state of the resource does not allow it, such as `EMAIL_TAKEN` and `LAST_ADMIN`. */
export class ConflictError extends StrongroomError {
  override readonly name = 'ConflictError'
}

/**
 * 412, `PRECONDITION_FAILED`: the resource has changed since you read it; read it again and repeat your change. For a PUT
 * by external id: no document has it although you sent `If-Match`, or one has it and you sent `If-None-Match: *`.
 */
export class PreconditionError extends StrongroomError {
  override readonly name = 'PreconditionError'
}

/** 413: `FILE_TOO_LARGE`, `QUOTA_EXCEEDED`, `BODY_TOO_LARGE`. */
export class TooLargeError extends StrongroomError {
  override readonly name = 'TooLargeError'
}

/** 422: values are not valid; `details` says which. Also `EMPTY_FILE`, `CHECKSUM_MISMATCH`, `WEAK_PASSWORD`. */
export class ValidationError extends StrongroomError {
  override readonly name = 'ValidationError'
}

/** 429: too many requests or wrong passwords; wait `retryAfter` seconds. */
export class RateLimitError extends StrongroomError {
  override readonly name = 'RateLimitError'
}

/** 503: the server or one of its dependencies is busy or down. */
export class UnavailableError extends StrongroomError {
  override readonly name = 'UnavailableError'
}

/** Codes that callers distinguish from others of the same status. */
const CLASSES_OF_CODES = new Map<string, new (facts: ErrorFacts) => StrongroomError>([
  ['INSUFFICIENT_SCOPE', ScopeError],
  ['PERSONS_ONLY', PersonsOnlyError]
])

/** The classes of all other codes, by status; a code always has the same status. */
const CLASSES = new Map<number, new (facts: ErrorFacts) => StrongroomError>([
  [401, AuthenticationError],
  [403, PermissionError],
  [404, NotFoundError],
  [409, ConflictError],
  [412, PreconditionError],
  [413, TooLargeError],
  [422, ValidationError],
  [429, RateLimitError],
  [503, UnavailableError]
])

/**
 * Makes an error from an answer.
 * @param body the answer's JSON, or its text if it is not JSON
 */
export function toError(response: Response, body: unknown): StrongroomError {
  const { status, headers } = response
  const told = errorBodyOf(body)
  const wait = retryAfterMs(response)
  const code = told?.code ?? `HTTP_${status}`
  return new (CLASSES_OF_CODES.get(code) ?? CLASSES.get(status) ?? StrongroomError)({
    code,
    message: told?.message ?? `The server answered ${status}`,
    status,
    details: told?.details ?? [],
    requestId: told?.request_id ?? headers.get('x-request-id') ?? undefined,
    retryAfter: wait === undefined ? undefined : Math.ceil(wait / 1000),
    oldestCursor: told?.oldest_cursor,
    documentationUrl: told?.documentation_url
  })
}

type ErrorBody = components['schemas']['ErrorBody']

/** An answer in the form of RFC 9457, which the API sends if the request prefers `application/problem+json`. */
interface Problem extends Pick<ErrorBody, 'code' | 'details' | 'oldest_cursor' | 'request_id'> {
  type: string
  detail: string
}

/** The error in an answer, in either form; undefined if the answer is not an error of the API. */
export function errorBodyOf(body: unknown): Partial<ErrorBody> | undefined {
  const answer = body as (Partial<Problem> & { error?: Partial<ErrorBody> }) | null | undefined
  if (answer?.error !== undefined || answer?.code === undefined) return answer?.error
  const { type, detail, code, details, oldest_cursor, request_id } = answer
  return {
    code,
    ...(detail !== undefined && { message: detail }),
    ...(details !== undefined && { details }),
    ...(oldest_cursor !== undefined && { oldest_cursor }),
    ...(request_id !== undefined && { request_id }),
    // The type `about:blank` has no meaning (RFC 9457 §4.2.1).
    ...(type !== undefined && type !== 'about:blank' && { documentation_url: type })
  }
}

/** Milliseconds that Retry-After asks to wait, from seconds or a date (RFC 9110 §10.2.3). */
export function retryAfterMs({ headers }: Response): number | undefined {
  const value = headers.get('retry-after')
  if (value === null) return undefined
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds)
}
