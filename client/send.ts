import { errorBodyOf } from './errors.js'
import { isIdempotent, retryDelay, sleep, type RetryPolicy } from './retry.js'
import type { Session } from './session.js'

/** Sends one request, as `fetch` does. */
export type Transport = (request: Request) => Promise<Response>

export interface SendOptions {
  /** False if the body can be read only once, such as a stream. */
  isRepeatable?: boolean
  /** True if a `POST` may be retried even without an Idempotency-Key. */
  isSafe?: boolean
  /** Replaces the client's own transport. */
  transport?: Transport
}

/**
 * Sends a request with the session's token; sends it again after a refresh of the token, and while a retry can help.
 * @param makeRequest called for each attempt
 * @returns the last answer, whatever its status
 * @throws a TypeError if the server cannot be reached, or the reason of an aborted signal
 */
export type Send = (makeRequest: () => Request, options?: SendOptions) => Promise<Response>

/** What a program sends instead of logging in. */
export interface ProgramCredentials {
  /** A key of a service account; it is never refreshed. */
  apiKey?: string | undefined
  /** The program's user on whose behalf it acts. */
  onBehalfOf?: string | undefined
}

export function createSend(
  fetch: Transport,
  session: Session | undefined,
  policy: RetryPolicy,
  { apiKey, onBehalfOf }: ProgramCredentials = {}
): Send {
  return async (makeRequest, { isRepeatable = true, isSafe = false, transport = fetch } = {}) => {
    let refreshed = false
    if (!isRepeatable) await session?.freshen()
    for (let attempt = 0; ;) {
      const request = makeRequest()
      const token = session?.tokens?.access_token
      const bearer = apiKey ?? token
      if (bearer !== undefined) request.headers.set('authorization', `Bearer ${bearer}`)
      if (onBehalfOf !== undefined) request.headers.set('x-on-behalf-of', toLatin1(onBehalfOf))
      const mayRepeat = isRepeatable && (isSafe || isIdempotent(request))
      const { response, failure } = await outcomeOf(transport(request))

      if (
        isRepeatable &&
        !refreshed &&
        session &&
        token !== undefined &&
        response &&
        (await isExpired(request, response))
      ) {
        refreshed = true
        // The server refused the token before it processed the request, so any method may be sent again.
        if (await unlessAborted(session.refresh(token), request.signal)) continue
      }
      const delay = mayRepeat ? retryDelay(response, attempt, policy) : undefined
      if (delay === undefined) {
        if (response !== undefined) return response
        throw failure as TypeError
      }
      await response?.body?.cancel()
      await sleep(delay, request.signal)
      attempt++
    }
  }
}

/** Headers take one character per byte, so each byte of the UTF-8 text becomes one character. */
function toLatin1(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}

/**
 * Waits for shared work, which continues for the other callers if this one aborts.
 * @throws the signal's reason, once it is aborted
 */
function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** `fetch` rejects with a TypeError if the connection failed; any other reason comes from the caller's signal. */
async function outcomeOf(sent: Promise<Response>): Promise<{ response?: Response; failure?: TypeError }> {
  try {
    return { response: await sent }
  } catch (error) {
    if (error instanceof TypeError) return { failure: error }
    throw error
  }
}

/**
 * Whether a new token may help. The answer to a HEAD has no body; its challenge (RFC 6750 §3.1) does not distinguish an
 * expired token from a revoked one, but the refresh does.
 */
async function isExpired({ method }: Request, response: Response): Promise<boolean> {
  if (response.status !== 401) return false
  if (method === 'HEAD')
    return response.headers.get('www-authenticate')?.includes('error="invalid_token"') === true
  const answer: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  return errorBodyOf(answer)?.code === 'TOKEN_EXPIRED'
}
