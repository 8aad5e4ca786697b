import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { LogController, type FastifyReply, type FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyReply {
    /** The response ends only when one side stops it, so its duration and a closed connection are not reported. */
    isEndless: boolean
  }
}

/** Levels of LOG_LEVEL at which requests are logged. */
const INFO = new Set(['info', 'debug', 'trace'])

/** The client's `x-request-id` if it is safe for logs and headers, otherwise a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID()
}

/** Leaves the request lines to the plugin below, and logs why a response was cut off. */
export class RequestLogController extends LogController {
  constructor() {
    super({ disableRequestLogging: true, requestIdLogLabel: 'request_id' })
  }

  override streamError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    const isGone = request.raw.socket.destroyed
    if (isGone && reply.isEndless) return
    if (isGone)
      request.log.info(
        { reason: 'client gone', ...whoIn(request) },
        'the client closed the connection before the end of the response'
      )
    else request.log.warn({ err: error, ...whoIn(request) }, 'a response was cut off')
  }
}

/** The user and tenant of the request, as far as they are known. */
export function whoIn(request: FastifyRequest): { user_id?: string; tenant_id?: string } {
  // On public routes both are undefined, and left out of the line.
  const { identity, tenant } = request as Partial<Pick<FastifyRequest, 'identity' | 'tenant'>>
  return {
    ...(identity !== undefined && { user_id: identity.userId }),
    ...(tenant !== undefined && { tenant_id: tenant.id })
  }
}

/**
 * Logs one line per answered request, and puts its id into every response. Logs the route, not the URL: a query may
 * contain a signature, and a path a file name.
 */
export default fp(
  async (app) => {
    app.decorateReply('isEndless', false)
    app.addHook('onRequest', (request, reply, done) => {
      void reply.header('x-request-id', request.id)
      done()
    })
    if (!INFO.has(app.log.level)) return
    // Redaction costs more than everything else in a line, and these fields never hold secrets.
    const log = app.log.child({}, { redact: [] })
    app.addHook('onResponse', (request, reply, done) => {
      if (reply.isEndless) {
        done()
        return
      }
      log.info(
        {
          request_id: request.id,
          ...whoIn(request),
          method: request.method,
          route: request.routeOptions.url,
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime * 10) / 10
        },
        'request'
      )
      done()
    })
  },
  { name: 'request-log' }
)
