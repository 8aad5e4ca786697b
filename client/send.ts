import { errorBodyOf } from './errors.js'
import { isIdempotent, retryDelay, sleep, type RetryPolicy } from './retry.js'
import type { Session } from './session.js'

/** Sends one request. `fetch` is one. */
export type Transport = (request: Request) => Promise<Response>

export interface SendOptions {
  /** False if the body exists once only, such as that of a stream. */
  isRepeatable?: boolean
  /** True where a `POST` without an Idempotency-Key may be retried nevertheless. */
  isSafe?: boolean
  /** Instead of that of the client. */
  transport?: Transport
}

/**
 * Sends a request with the session's token, as often as needed: once more after a refresh, and again while retries
 * can help.
 * @param makeRequest called for each attempt
 * @returns the last answer, whatever its status
 * @throws a TypeError if the server cannot be reached, and the reason of an aborted signal
 */
export type Send = (makeRequest: () => Request, options?: SendOptions) => Promise<Response>

/** What a program sends instead of logging in. */
export interface ProgramCredentials {
  /** A key of a service account; it is never refreshed. */
  apiKey?: string | undefined
  /** The user of the program for whom it acts. */
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
        (await isExpired(response))
      ) {
        refreshed = true
        // The server has not looked at the request itself, so that any method may be sent again.
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

/** Headers carry bytes: those of UTF-8, each as one character. */
function toLatin1(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}

/**
 * The result of work that others may wait for too, so that it goes on without the caller.
 * @throws the reason of the signal, once it is aborted
 */
function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** `fetch` rejects with a TypeError where the connection failed; with anything else, the caller has stopped it. */
async function outcomeOf(sent: Promise<Response>): Promise<{ response?: Response; failure?: TypeError }> {
  try {
    return { response: await sent }
  } catch (error) {
    if (error instanceof TypeError) return { failure: error }
    throw error
  }
}

async function isExpired(response: Response): Promise<boolean> {
  if (response.status !== 401) return false
  const answer: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  return errorBodyOf(answer)?.code === 'TOKEN_EXPIRED'
}
