import { getHeapStatistics } from 'node:v8'
import underPressure from '@fastify/under-pressure'
import fp from 'fastify-plugin'
import type { Config } from '../src/config.js'
import { AppError } from '../src/errors.js'

/** Of the heap that V8 allows itself; beyond it collects garbage more than it works, and then ends the process. */
const MAX_HEAP_SHARE = 0.9

class Overloaded extends AppError {
  constructor() {
    super('OVERLOADED')
  }
}

/**
 * Refuses requests while the process is far behind with its work or almost out of memory, so that what it has
 * begun is finished. Routes with `config: ALSO_OVERLOADED` are served all the same.
 */
export default fp(
  async (app) => {
    const { overloadDelayMs } = app.getDecorator<Config>('config').http
    await app.register(underPressure, {
      maxEventLoopDelay: overloadDelayMs,
      maxHeapUsedBytes: getHeapStatistics().heap_size_limit * MAX_HEAP_SHARE,
      customError: Overloaded
    })
  },
  { name: 'overload', dependencies: ['config'] }
)

/** For routes that tell how the process is. */
export const ALSO_OVERLOADED = { pressureHandler: () => undefined }
