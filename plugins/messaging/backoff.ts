import { setTimeout } from 'node:timers/promises'

/**
 * Milliseconds to wait after failed attempt number `attempt` (from 1): doubling from `baseMs` up to `maxMs`,
 * of which a random half is taken off, so that those who failed together do not come back together.
 */
export function backoff(attempt: number, baseMs: number, maxMs: number): number {
  return Math.min(maxMs, baseMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2)
}

/** Resolves after `ms` milliseconds, or at once when the signal aborts. Never rejects. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, signal ? { signal } : {}).catch(() => undefined)
}

/** Resolves when the work has settled, the signal aborts or `ms` milliseconds are over. Never rejects. */
export async function settledWithin(work: Promise<unknown>, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return
  const waiting = new AbortController()
  const stop = () => waiting.abort()
  work.then(stop, stop)
  signal?.addEventListener('abort', stop, { once: true })
  await sleep(ms, waiting.signal)
  signal?.removeEventListener('abort', stop)
}
