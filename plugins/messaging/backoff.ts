/**
 * Milliseconds to wait after failed attempt number `attempt` (from 1): doubled from `baseMs` up to `maxMs`, less a
 * random part of up to a half, so that clients that failed together do not retry together.
 */
export function backoff(attempt: number, baseMs: number, maxMs: number): number {
  return Math.min(maxMs, baseMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2)
}
