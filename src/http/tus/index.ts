import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError } from '../../../core/errors.js'
import { TUS_VERSION } from './headers.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route is one of the protocol tus, whose version every request names; `optional`: unless it is not tus. */
    tus?: true | 'optional'
  }
}

/**
 * What tus 1.0 requires of every request and answer of a scope. https://tus.io/protocols/resumable-upload
 *
 * Clients take any answer to HEAD but success and 423 for the end of the upload, and start from the first byte. So what
 * passes by itself is 423.
 */
export function speakTus(scope: Pick<FastifyInstance, 'addHook'>): void {
  scope.addHook('onRequest', (request, reply, done) => {
    const { tus } = request.routeOptions.config
    const version = request.headers['tus-resumable']
    if (tus === undefined || version === TUS_VERSION || (tus === 'optional' && version === undefined)) {
      done()
      return
    }
    void reply.header('tus-version', TUS_VERSION)
    done(new AppError('TUS_VERSION_UNSUPPORTED'))
  })
  scope.addHook('onSend', (request, reply, payload, done) => {
    if (request.routeOptions.config.tus !== undefined) {
      void reply.header('tus-resumable', TUS_VERSION).header('cache-control', 'no-store')
      if (request.method === 'HEAD' && (reply.statusCode === 429 || reply.statusCode >= 500))
        void reply.code(423)
    }
    done(null, payload)
  })
}

/** Says where an upload stands. @param expiresAt null: it does not expire any more */
export function tellPosition(
  reply: FastifyReply,
  { offset, expiresAt }: { offset: number; expiresAt: string | null }
): FastifyReply {
  if (expiresAt !== null) void reply.header('upload-expires', new Date(expiresAt).toUTCString())
  return reply.header('upload-offset', String(offset))
}
