import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { resource } from '../../plugins/resources.js'
import type { Place } from '../../core/concurrency/fair-line.js'
import type { Config } from '../../core/config/config.js'
import { endConnection, isTurnOf } from './client-errors.js'
import { hasBody } from './unread-body.js'
import { AppError, ERRORS } from '../../core/errors.js'
import { demandRateWhileWanted, LEAST_RATE } from './minimum-rate.js'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Runs work that reads a request's body, and ends the connection if the work makes no progress, or if the client is
     * slow while others wait for its place.
     * @throws {AppError} REQUEST_TIMEOUT if the client stalls; UPLOAD_INTERRUPTED if the work stalls, without waiting
     * for it any longer; and what `work` throws
     */
    expectProgress: <T>(
      request: FastifyRequest,
      reply: FastifyReply,
      work: () => Promise<T>,
      place: Place
    ) => Promise<T>
  }
  interface FastifyContextConfig {
    /** The route reads the body itself, under `expectProgress`, for as long as it takes. */
    streamedBody?: boolean
    /** A client that is too slow is cut off without an answer, since it can continue later. */
    resumes?: boolean
  }
}

/** Extra seconds for an upload to wait for its turn and for the storage. */
const UPLOAD_EXTRA = 60

/**
 * Timeouts that Node itself enforces, for `Fastify()`: headers and silent connections. Its limit on a whole request is
 * the same for all routes, so it can only be a last resort, longer than the longest upload.
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
      // `protocol.ts` requires the header, and answers with the envelope.
      requireHostHeader: false
    }
  }
}

/** Cuts off clients that send too slowly, so that they cannot hold connections open. */
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
            // Bytes have arrived, but the work does not read them: the storage, or the work itself, hangs.
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
        // If the connection was ended above, the work's own error is only a consequence.
        throw ended ?? error
      } finally {
        clearInterval(timer)
        stop()
      }
    })
  },
  { name: 'slow-clients', dependencies: ['config', 'client-errors'] }
)

/** Bytes that have arrived on the connection, and bytes waiting to be read. */
const progressOf = (raw: IncomingMessage) => ({ arrived: raw.socket.bytesRead, waiting: raw.readableLength })

/** Returns whether the request was abandoned. */
function giveUpUnlessComplete(request: FastifyRequest, reply: FastifyReply): boolean {
  if (request.raw.complete || request.raw.socket.destroyed) return false
  giveUp(request, reply, 'REQUEST_TIMEOUT')
  return true
}

function giveUp(
  { server, raw, log, id }: FastifyRequest,
  reply: FastifyReply,
  code: 'REQUEST_TIMEOUT' | 'UPLOAD_INTERRUPTED'
): void {
  log.info({ code }, ERRORS[code][1])
  const { resumes } = reply.routeOptions.config
  if (!isTurnOf(raw, reply.raw) || (resumes === true && code === 'REQUEST_TIMEOUT')) raw.socket.destroy()
  else endConnection(server, raw.socket, code, id)
}
