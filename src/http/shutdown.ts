import { EventEmitter, once } from 'node:events'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { resource } from '../../plugins/resources.js'
import { AppError } from '../../core/errors.js'
import { settledWithin, sleep } from '../../core/concurrency/sleep.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether the process is about to stop, so that no more requests should be sent here. */
    isStopping: () => boolean
    /** Aborts when new requests are refused, to end work that the client can continue with another process. */
    stopSignal: AbortSignal
    /**
     * Closes the application according to SHUTDOWN_DRAIN and SHUTDOWN_TIMEOUT: first /health/ready answers 503; then
     * new requests are refused while running ones finish; those that take too long are cut off and clean up.
     */
    stop: () => Promise<void>
  }
  interface FastifyContextConfig {
    /** Served even while the process stops. */
    alsoStopping?: boolean
  }
}

/** Milliseconds for cut-off requests to clean up, and for connections to close. */
const CUT_MS = 3_000

/** Lets running requests finish when the process is told to stop, and refuses new ones meanwhile. */
export default fp(
  async (app) => {
    const { drain, timeout } = resource(app, 'config').shutdown
    let stopping = false
    let refusing = false
    const stop = new AbortController()
    const running = new Set<FastifyRequest>()
    const answered = new WeakSet<FastifyRequest>()
    const onIdle = new EventEmitter()

    function settle(request: FastifyRequest): void {
      running.delete(request)
      if (running.size === 0) onIdle.emit('idle')
    }

    /** Resolves when no request is running. */
    async function idle(): Promise<void> {
      if (running.size > 0) await once(onIdle, 'idle')
    }

    function refuse(): void {
      refusing = true
      stop.abort()
    }

    app.decorate('isStopping', () => stopping)
    app.decorate('stopSignal', stop.signal)
    app.decorate('stop', async () => {
      stopping = true
      await sleep(drain * 1000)
      refuse()
      await settledWithin(idle(), timeout * 1000)
      if (running.size > 0) {
        app.log.warn({ requests: running.size }, 'Cutting off the requests that are still running')
        app.server.closeAllConnections()
        await settledWithin(idle(), CUT_MS)
      }
      await app.close()
    })
    app.addHook('preClose', async () => {
      stopping = true
      refuse()
      // Connections without a request, with half of one, or with a response that nobody reads must not keep the process
      // alive. Node counts a connection as idle only after its first request.
      void idle().then(() => setTimeout(() => app.server.closeAllConnections(), CUT_MS).unref())
    })

    app.addHook('onRequest', (request, reply, done) => {
      if (request.routeOptions.config.alsoStopping === true) {
        done()
        return
      }
      if (refusing) {
        done(new AppError('SHUTTING_DOWN'))
        return
      }
      running.add(request)
      // A request is over when its response is closed and its handler has answered.
      reply.raw.once('close', () => {
        if (answered.has(request)) settle(request)
      })
      done()
    })
    app.addHook('onSend', (request, reply, payload, done) => {
      if (stopping) void reply.header('connection', 'close')
      answered.add(request)
      if (reply.raw.closed) settle(request)
      done(null, payload)
    })
  },
  { name: 'shutdown', dependencies: ['config'] }
)
