import type { FastifyInstance } from 'fastify'
import { sleep } from '../core/concurrency/sleep.js'

/**
 * Runs a pass when the application is ready, and again that many seconds after it has ended. A close waits for the pass
 * that runs.
 * @returns aborted when the application closes, so that a long pass ends early
 */
export function repeatedly(app: FastifyInstance, seconds: number, pass: () => Promise<void>): AbortSignal {
  const stop = new AbortController()
  const { signal } = stop

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await pass()
      await sleep(seconds * 1000, signal)
    }
  }

  let running: Promise<void> | undefined
  app.addHook('onReady', async () => {
    running = run()
  })
  app.addHook('preClose', async () => {
    stop.abort()
    await running
  })
  return signal
}
