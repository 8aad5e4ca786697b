import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError } from '../../../core/errors.js'
import { TUS_VERSION } from './headers.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route belongs to tus, so requests must name its version; `optional`: they may also name no version. */
    tus?: true | 'optional'
  }
}

/**
 * Does what tus 1.0 requires for every request and answer of a scope. https://tus.io/protocols/resumable-upload
 *
 * If HEAD gets any answer but success or 423, clients take the upload for ended, and start from the first byte. So
 * errors that pass by themselves become 423.
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

/** Adds the offset and the expiry of an upload to an answer. @param expiresAt null: it does not expire any more */
export function tellPosition(
  reply: FastifyReply,
  { offset, expiresAt }: { offset: number; expiresAt: string | null }
): FastifyReply {
  if (expiresAt !== null) void reply.header('upload-expires', new Date(expiresAt).toUTCString())
  return reply.header('upload-offset', String(offset))
}
