import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { resource } from '../../plugins/resources.js'
import type { Place } from '../../core/concurrency/fair-line.js'
import type { Config } from '../../core/config/config.js'
import { endConnection } from './client-errors.js'
import { hasBody } from './unread-body.js'
import { AppError, ERRORS } from '../../core/errors.js'
import { demandRateWhileWanted, LEAST_RATE } from './minimum-rate.js'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Runs work that reads the body of a request, and ends the connection when that makes no progress, or when its
     * client is slow while others wait for its place.
     * @throws {AppError} REQUEST_TIMEOUT when the client stands still; UPLOAD_INTERRUPTED when the work does, which is
     * not waited for any longer then; and what `work` throws
     */
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
    const { timeouts } = resource(app, 'config').http

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
      let seen = progressOf(raw)
      let ended: AppError | undefined
      let timer: NodeJS.Timeout | undefined
      const endSlowClient = () => {
        if (giveUpUnlessComplete(request, reply)) ended = new AppError('REQUEST_TIMEOUT')
      }
      const standstill = new Promise<never>((_resolve, reject) => {
        timer = setInterval(() => {
          const now = progressOf(raw)
          if (now.waiting === 0) {
            if (now.arrived - seen.arrived < least) endSlowClient()
          } else if (now.arrived === seen.arrived && now.waiting === seen.waiting) {
            // Bytes lie here, and nobody has taken any of them: the storage, or the reader itself, stands still.
            ended = new AppError('UPLOAD_INTERRUPTED')
            giveUp(request, reply, 'UPLOAD_INTERRUPTED')
            reject(ended)
          }
          seen = now
        }, timeouts.uploadIdle * 1000)
      })
      const transfer = {
        moved: () => raw.socket.bytesRead,
        isClientsTurn: () => !raw.complete && raw.readableLength === 0,
        end: endSlowClient
      }
      const stop = demandRateWhileWanted(transfer, place, timeouts.uploadIdle)
      try {
        return await Promise.race([work(), standstill])
      } catch (error) {
        // What the work made of the end of its connection is not what ended it.
        throw ended ?? error
      } finally {
        clearInterval(timer)
        stop()
      }
    })
  },
  { name: 'slow-clients', dependencies: ['config'] }
)

/** Bytes that have arrived on the connection, and those that are waiting to be read. */
const progressOf = (raw: IncomingMessage) => ({ arrived: raw.socket.bytesRead, waiting: raw.readableLength })

/** Whether the request was given up. */
function giveUpUnlessComplete(request: FastifyRequest, reply: FastifyReply): boolean {
  if (request.raw.complete || request.raw.socket.destroyed) return false
  giveUp(request, reply, 'REQUEST_TIMEOUT')
  return true
}

function giveUp(
  { raw, log, id }: FastifyRequest,
  reply: FastifyReply,
  code: 'REQUEST_TIMEOUT' | 'UPLOAD_INTERRUPTED'
): void {
  log.info({ code }, ERRORS[code][1])
  if (reply.raw.headersSent) raw.socket.destroy()
  else endConnection(raw.socket, code, id)
}
