/**
 * Milliseconds to wait after failed attempt number `attempt` (from 1): doubling from `baseMs` up to `maxMs`,
 * of which a random half is taken off, so that those who failed together do not come back together.
 */
export function backoff(attempt: number, baseMs: number, maxMs: number): number {
  return Math.min(maxMs, baseMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2)
}
