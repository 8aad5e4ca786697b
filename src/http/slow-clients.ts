import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Place } from '../../core/concurrency/fair-line.js'
import type { Config } from '../../core/config/config.js'
import { endConnection } from './client-errors.js'
import { hasBody } from './unread-body.js'
import { ERRORS } from '../../core/errors.js'
import { demandRateWhileWanted, LEAST_RATE } from './minimum-rate.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Runs work that reads the body of a request, and ends the connection when its client stands still meanwhile, or is
     * slow while others wait for its place. */
    expectProgress: <T>(
      request: FastifyRequest,
      reply: FastifyReply,
      work: () => Promise<T>,
      place: Place
    ) => Promise<T>
  }
  interface FastifyContextConfig {
    /** The body is read by the route, under `expectProgress`, for as long as it takes. */
    streamedBody?: boolean
  }
}

/** Seconds that an upload may wait for its turn and for the storage, besides its own time. */
const UPLOAD_EXTRA = 60

/**
 * What Node itself watches, for `Fastify()`: headers, and silent connections. Its limit on the time of a whole
 * request is the same for all routes, so it can only be the last resort, behind the longest upload.
 * https://nodejs.org/api/http.html#serverrequesttimeout
 */
export function serverTimeouts({ http: { timeouts }, upload }: Config) {
  const headersTimeout = timeouts.request * 1000
  const requestTimeout = (Math.max(upload.timeout, timeouts.request) + UPLOAD_EXTRA) * 1000
  return {
    connectionTimeout: timeouts.connectionIdle * 1000,
    keepAliveTimeout: timeouts.keepAlive * 1000,
    requestTimeout,
    http: {
      headersTimeout,
      requestTimeout,
      connectionsCheckingInterval: headersTimeout / 4,
      // `protocol.ts` asks for one, and answers with the envelope.
      requireHostHeader: false
    }
  }
}

/** Ends the requests of clients that send too slowly, so that connections cannot be held for nothing. */
export default fp(
  async (app) => {
    const { timeouts } = app.getDecorator<Config>('config').http

    app.addHook('onRequest', (request, reply, done) => {
      if (hasBody(request) && request.routeOptions.config.streamedBody !== true) {
        const timer = setTimeout(() => giveUpUnlessComplete(request, reply), timeouts.request * 1000)
        request.raw.once('close', () => clearTimeout(timer))
      }
      done()
    })

    app.decorate('expectProgress', async (request, reply, work, place) => {
      const { raw } = request
      const least = timeouts.uploadIdle * LEAST_RATE
      let seen = raw.socket.bytesRead
      const timer = setInterval(() => {
        // Bytes that have arrived and are not read: it is not the client who keeps us waiting.
        const waiting = raw.readableLength === 0
        if (waiting && raw.socket.bytesRead - seen < least) giveUpUnlessComplete(request, reply)
        seen = raw.socket.bytesRead
      }, timeouts.uploadIdle * 1000)
      const transfer = {
        moved: () => raw.socket.bytesRead,
        isClientsTurn: () => !raw.complete && raw.readableLength === 0,
        end: () => giveUpUnlessComplete(request, reply)
      }
      const stop = demandRateWhileWanted(transfer, place, timeouts.uploadIdle)
      try {
        return await work()
      } finally {
        clearInterval(timer)
        stop()
      }
    })
  },
  { name: 'slow-clients', dependencies: ['config'] }
)

function giveUpUnlessComplete({ raw, log, id }: FastifyRequest, reply: FastifyReply): void {
  if (raw.complete || raw.socket.destroyed) return
  log.info({ code: 'REQUEST_TIMEOUT' }, ERRORS.REQUEST_TIMEOUT[1])
  if (reply.raw.headersSent) raw.socket.destroy()
  else endConnection(raw.socket, 'REQUEST_TIMEOUT', id)
}
