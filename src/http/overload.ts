import { getHeapStatistics } from 'node:v8'
import underPressure from '@fastify/under-pressure'
import fp from 'fastify-plugin'
import { resource } from '../../plugins/resources.js'
import { AppError } from '../../core/errors.js'

/**
 * Share of V8's heap limit. Beyond it, V8 spends more time collecting garbage than working, and then ends the process.
 */
const MAX_HEAP_SHARE = 0.9
/** Milliseconds after start in which the process is measured but not judged: it loads and compiles. */
const SETTLING_MS = 2_000
/** Seconds after which a refused client may retry. */
export const RETRY_AFTER = 10

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether requests are refused because there are too many. */
    isOverloaded: () => boolean
  }
}

/**
 * Refuses requests while the event loop is far behind or the process is almost out of memory, so that running requests
 * finish. Routes with `config: ALWAYS_ANSWERED` are still served.
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
      // A second without any measurement counts as an infinite delay: the machine was suspended, not this process.
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

/** For routes that report the process's state: served even while it is overloaded or stopping. */
export const ALWAYS_ANSWERED = { pressureHandler: () => undefined, alsoStopping: true }
