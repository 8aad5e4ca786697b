import type { FastifyInstance } from 'fastify'
import { sleep } from '../core/concurrency/sleep.js'

/**
 * Runs a pass when the application is ready, and again `seconds` after each pass has ended. Closing the application
 * waits for the running pass.
 * @returns a signal that aborts when the application closes, so that a long pass can end early
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
