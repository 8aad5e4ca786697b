import type { FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.js'

/** Aborts when the request closes before its body has been read: when the client disconnects. */
export function whenClosed({ raw }: FastifyRequest): AbortSignal {
  const controller = new AbortController()
  const abort = () => {
    // A request also closes once its whole body has been read.
    if (!raw.readableEnded) controller.abort(new AppError('UPLOAD_ABORTED'))
  }
  if (raw.destroyed) abort()
  else raw.once('close', abort)
  return controller.signal
}
