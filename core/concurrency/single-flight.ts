import { sleep } from './sleep.js'

/**
 * Runs `work` once for all callers that arrive before it is done, and waits at least `pauseMs` milliseconds before the
 * next run.
 */
export function singleFlight<T>(work: () => Promise<T>, pauseMs: number): () => Promise<T> {
  let running: Promise<T> | undefined
  let mayBegin = 0

  async function run(): Promise<T> {
    try {
      await sleep(Math.max(0, mayBegin - performance.now()))
      return await work()
    } finally {
      mayBegin = performance.now() + pauseMs
      running = undefined
    }
  }

  return () => (running ??= run())
}

/**
 * Runs work at most once at a time per key. Callers that arrive during a run share the next one: the current run may
 * have started too early to cover their change.
 */
export function nextFlight(work: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const running = new Map<string, Promise<void>>()
  const following = new Map<string, Promise<void>>()

  function run(key: string): Promise<void> {
    const now = work(key).finally(() => running.delete(key))
    running.set(key, now)
    return now
  }

  return (key) => {
    const now = running.get(key)
    if (now === undefined) return run(key)
    const shared = following.get(key)
    if (shared !== undefined) return shared
    const next = now
      // The callers of the current run get its error.
      .catch(() => undefined)
      .then(() => {
        following.delete(key)
        return run(key)
      })
    following.set(key, next)
    return next
  }
}
