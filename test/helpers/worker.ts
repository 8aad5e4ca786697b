import type { Test } from 'tap'
import type { Config } from '../../core/config/config.js'
import { quietLogger } from './api.js'
import { buildWorker } from '../../workers/app.js'

export type Worker = Awaited<ReturnType<typeof buildWorker>>

/** Starts a worker in this process; it is closed when the test ends. */
export async function startWorker(t: Test, config: Config): Promise<Worker> {
  const worker = await buildWorker(config, quietLogger(config, 'worker'))
  t.teardown(() => worker.close())
  await worker.listen({ host: '127.0.0.1', port: 0 })
  return worker
}
