import { retryAfterMs } from './errors.js'

/** How often requests are repeated, and how long the client waits for that. */
export interface RetryPolicy {
  /** Attempts after the first. */
  retries: number
  /** Milliseconds; an answer whose Retry-After is longer is returned instead. */
  maxRetryDelay: number
}

const FIRST_DELAY_MS = 250
/** The statuses of proxies while a server restarts. The API itself sends Retry-After where a retry can help. */
const PASSING = new Set([502, 503, 504])

/**
 * Whether repeating a request has no further effect (RFC 9110 §9.2.2). A `POST` may be repeated only with an
 * Idempotency-Key.
 */
export function isIdempotent({ method, headers }: Request): boolean {
  return ['GET', 'HEAD', 'PUT', 'DELETE'].includes(method) || headers.has('idempotency-key')
}

/**
 * Milliseconds until the next attempt; undefined if there is none.
 * @param response the answer to the attempt; undefined if the connection failed
 * @param attempt the number of the failed attempt, from 0
 */
export function retryDelay(
  response: Response | undefined,
  attempt: number,
  { retries, maxRetryDelay }: RetryPolicy
): number | undefined {
  // A success may have a Retry-After too: it says when to ask about work that the request has begun.
  if (attempt >= retries || response?.ok === true) return undefined
  const stated = response && retryAfterMs(response)
  if (stated !== undefined) return stated <= maxRetryDelay ? stated : undefined
  if (response !== undefined && !PASSING.has(response.status)) return undefined
  return backoff(attempt, maxRetryDelay)
}

/** A delay in milliseconds that doubles with each attempt, with jitter so that clients do not retry in step. */
export function backoff(attempt: number, max: number): number {
  return Math.min(max, FIRST_DELAY_MS * 2 ** attempt) * (0.5 + Math.random() / 2)
}

/** Waits. @throws the signal's reason, once it is aborted */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
