import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import { AppError } from '../../core/errors.js'
import { whoIn } from './request-log.js'

export const EVENT_STREAM = 'text/event-stream'

/**
 * Refuses a client that does not name the type of event streams (RFC 9110 §12.5.1): it would take an endless answer for
 * one that hangs.
 * @throws {AppError} NOT_ACCEPTABLE
 */
export function requireEventStream({ raw }: FastifyRequest): void {
  const named = new Negotiator(raw).mediaTypes().map((type) => type.toLowerCase())
  if (!named.includes(EVENT_STREAM)) throw new AppError('NOT_ACCEPTABLE')
}

/**
 * Sends server-sent events, and logs how the stream ended. It ends when the client closes its side of the connection: a
 * stream has no end for which the client could wait, and only after two more heartbeats would we notice a client that
 * is gone.
 */
export function sendEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  stream: Readable & { reason: string; events: number; finish: (reason: 'client') => void }
): FastifyReply {
  reply.isEndless = true
  const { socket } = request.raw
  const leave = () => stream.finish('client')
  if (socket.readableEnded) leave()
  else socket.once('end', leave)
  stream.once('close', () => {
    socket.off('end', leave)
    const { reason, events } = stream
    request.log.info(
      { ...whoIn(request), reason, events, ms: Math.round(reply.elapsedTime) },
      'an event stream has ended'
    )
  })
  // Caches must not store the stream, and proxies must not buffer it.
  return reply
    .headers({ 'content-type': EVENT_STREAM, 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    .send(stream)
}
