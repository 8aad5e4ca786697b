/** Seconds from each failed attempt to the next: 5 s, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours. */
const RETRIES = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
/** The number of attempts after which an event is given up, besides probes. */
export const ATTEMPTS = RETRIES.length + 1
/** Each delay is up to a fifth longer, so that events that failed together are not retried together. */
const JITTER = 0.2
/** Maximum seconds that a receiver can ask for with Retry-After. */
const MAX_RETRY_AFTER = 86_400

/**
 * Seconds until an event is retried; null if it is not.
 * @param attempts so far, including the failed one
 * @param retryAfter seconds that the receiver asked for
 */
export function retryIn(attempts: number, retryAfter: number | null): number | null {
  const delay = RETRIES[attempts - 1]
  return delay === undefined ? null : atLeast(retryAfter, jittered(delay))
}

/**
 * Seconds until an endpoint gets its next probe.
 * @param probes the number of failed ones
 */
export const probeIn = (probes: number, retryAfter: number | null): number =>
  atLeast(retryAfter, jittered(RETRIES[Math.min(probes, RETRIES.length - 1)] as number))

const jittered = (seconds: number) => seconds * (1 + Math.random() * JITTER)

const atLeast = (retryAfter: number | null, seconds: number) =>
  Math.max(seconds, Math.min(retryAfter ?? 0, MAX_RETRY_AFTER))
