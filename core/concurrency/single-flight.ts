import { sleep } from './sleep.js'

/**
 * Runs work once for all who ask until it is done, and begins again `pauseMs` milliseconds after that at the earliest,
 * however many ask.
 */
export function singleFlight<T>(work: () => Promise<T>, pauseMs: number): () => Promise<T> {
  let running: Promise<T> | undefined
  let mayBegin = 0

  async function run(): Promise<T> {
    try {
      await sleep(mayBegin - performance.now())
      return await work()
    } finally {
      mayBegin = performance.now() + pauseMs
      running = undefined
    }
  }

  return () => (running ??= run())
}

/**
 * Runs work of one kind at most once at a time for each key. Callers that ask while it runs share the run after it:
 * the present one may have begun too early to count for them.
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
      // Told to those who share that run.
      .catch(() => undefined)
      .then(() => {
        following.delete(key)
        return run(key)
      })
    following.set(key, next)
    return next
  }
}
