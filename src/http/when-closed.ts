import type { FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.js'

/** Aborts when the request closes. Before the body has been read, that means that the client disconnected. */
export function whenClosed({ raw }: FastifyRequest): AbortSignal {
  const controller = new AbortController()
  const abort = () => controller.abort(new AppError('UPLOAD_ABORTED'))
  if (raw.destroyed) abort()
  else raw.once('close', abort)
  return controller.signal
}
