import { retryAfterMs } from './errors.js'

/** How often, and how patiently, requests are repeated. */
export interface RetryPolicy {
  /** Attempts after the first. */
  retries: number
  /** Milliseconds; an answer that asks to wait longer is returned instead. */
  maxRetryDelay: number
}

const FIRST_DELAY_MS = 250
/** What proxies answer while a server restarts. The API itself sends Retry-After where a retry can help. */
const PASSING = new Set([502, 503, 504])

/**
 * Whether repeating a request has no further effect (RFC 9110 §9.2.2). A `POST` may be repeated with an
 * Idempotency-Key only.
 */
export function isIdempotent({ method, headers }: Request): boolean {
  return ['GET', 'HEAD', 'PUT', 'DELETE'].includes(method) || headers.has('idempotency-key')
}

/**
 * Milliseconds until the next attempt; undefined if there is none.
 * @param response of the attempt; undefined if the connection failed
 * @param attempt that failed, from 0
 */
export function retryDelay(
  response: Response | undefined,
  attempt: number,
  { retries, maxRetryDelay }: RetryPolicy
): number | undefined {
  // A success may say when to ask again for what it has begun.
  if (attempt >= retries || response?.ok === true) return undefined
  const stated = response && retryAfterMs(response)
  if (stated !== undefined) return stated <= maxRetryDelay ? stated : undefined
  if (response !== undefined && !PASSING.has(response.status)) return undefined
  return backoff(attempt, maxRetryDelay)
}

/** Twice as long with each attempt, and never the same for all clients. */
export function backoff(attempt: number, max: number): number {
  return Math.min(max, FIRST_DELAY_MS * 2 ** attempt) * (0.5 + Math.random() / 2)
}

/** @throws the reason of the signal, once it is aborted */
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
