import { getHeapStatistics } from 'node:v8'
import underPressure from '@fastify/under-pressure'
import fp from 'fastify-plugin'
import { resource } from '../../plugins/resources.js'
import { AppError } from '../../core/errors.js'

/** Of the heap that V8 allows itself; beyond it collects garbage more than it works, and then ends the process. */
const MAX_HEAP_SHARE = 0.9
/** Milliseconds in which a process that has just started is measured, and not judged: it loads and compiles. */
const SETTLING_MS = 2_000
/** Seconds after which a client that was refused may come again. */
const RETRY_AFTER = 10

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether requests are refused because there are too many. */
    isOverloaded: () => boolean
  }
}

/**
 * Refuses requests while the process is far behind with its work or almost out of memory, so that what it has
 * begun is finished. Routes with `config: ALWAYS_ANSWERED` are served all the same.
 */
export default fp(
  async (app) => {
    const { overloadDelayMs } = resource(app, 'config').http
    const maxHeapUsedBytes = getHeapStatistics().heap_size_limit * MAX_HEAP_SHARE
    let settled = Infinity
    app.addHook('onReady', async () => {
      settled = performance.now() + SETTLING_MS
    })
    app.decorate('isOverloaded', () => {
      const { eventLoopDelay, heapUsed } = app.memoryUsage()
      if (heapUsed > maxHeapUsedBytes) return true
      // A second without any measurement counts as an infinite delay: the machine has stood still, not this process.
      return performance.now() > settled && eventLoopDelay > overloadDelayMs && eventLoopDelay < Infinity
    })
    await app.register(underPressure, {
      maxEventLoopDelay: overloadDelayMs,
      maxHeapUsedBytes,
      pressureHandler: async () => {
        if (app.isOverloaded()) throw new AppError('OVERLOADED', { retryAfter: RETRY_AFTER })
      }
    })
  },
  { name: 'overload', dependencies: ['config'] }
)

/** For routes that tell how the process is: answered while it is overloaded, and while it stops. */
export const ALWAYS_ANSWERED = { pressureHandler: () => undefined, alsoStopping: true }
