/** Seconds from each failed attempt to the next: 5 s, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours. */
const RETRIES = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
/** Each delay is up to a fifth longer, so that what failed together is not tried together. */
const JITTER = 0.2
/** Seconds that a receiver can ask for with Retry-After. */
const MAX_RETRY_AFTER = 86_400

/**
 * Seconds until an event is tried again; null: never.
 * @param attempts so far, the failed one included
 * @param retryAfter seconds that the receiver asked for
 */
export function retryIn(attempts: number, retryAfter: number | null): number | null {
  const delay = RETRIES[attempts - 1]
  return delay === undefined ? null : atLeast(retryAfter, jittered(delay))
}

/**
 * Seconds until an endpoint gets the next probe.
 * @param probes that failed already
 */
export const probeIn = (probes: number, retryAfter: number | null): number =>
  atLeast(retryAfter, jittered(RETRIES[Math.min(probes, RETRIES.length - 1)] as number))

const jittered = (seconds: number) => seconds * (1 + Math.random() * JITTER)

const atLeast = (retryAfter: number | null, seconds: number) =>
  Math.max(seconds, Math.min(retryAfter ?? 0, MAX_RETRY_AFTER))
