import { setTimeout as delay } from 'node:timers/promises'

/**
 * Runs work once for all who ask until it is done, and begins again `pauseMs` milliseconds after that at the earliest,
 * however many ask.
 */
export function coalesced<T>(work: () => Promise<T>, pauseMs: number): () => Promise<T> {
  let running: Promise<T> | undefined
  let mayBegin = 0

  async function run(): Promise<T> {
    try {
      await delay(mayBegin - performance.now())
      return await work()
    } finally {
      mayBegin = performance.now() + pauseMs
      running = undefined
    }
  }

  return () => (running ??= run())
}
