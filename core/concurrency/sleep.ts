import { setTimeout } from 'node:timers/promises'

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
