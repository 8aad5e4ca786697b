import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Place } from '../../core/concurrency/fair-line.js'
import { AppError } from '../../core/errors.js'
import { demandRate, demandRateWhileWanted, LEAST_RATE } from './minimum-rate.js'

/** Milliseconds between two questions whether a download may go on. */
const ASK_MS = 2_000
/** Milliseconds after which what was asked when the request came is asked again. */
const STALE_MS = 1_000

/** Waits for a place to send bytes from; the signal is aborted when the client goes away meanwhile. */
export type EnterLine = (signal: AbortSignal) => Promise<Place>

/**
 * Takes a place for the bytes of an answer, and gives it back when the answer was sent or its connection ended.
 * Until then a client that reads too slowly, or may not read any more, is cut off: only while there are bytes that it
 * does not take, so the storage may be slow.
 * @param options.patience seconds for which a client may stand still
 * @param options.askAgain throws an `AppError` when the client may not have the rest
 * @throws what `enter` and `askAgain` throw; a place that was taken is given back with the answer
 */
export async function holdPlace(
  request: FastifyRequest,
  reply: FastifyReply,
  enter: EnterLine,
  { patience, askAgain }: { patience: number; askAgain?: () => Promise<void> }
): Promise<void> {
  const { raw } = reply
  const left = new AbortController()
  const onClose = () => left.abort(new AppError('DOWNLOADS_BUSY'))
  raw.once('close', onClose)
  const place = await enter(left.signal).finally(() => raw.off('close', onClose))
  if (raw.destroyed) {
    place.leave()
    throw new AppError('DOWNLOADS_BUSY')
  }
  const { socket } = request.raw
  const end = () => void socket.destroy()
  const transfer = {
    // What is handed to the system: what it buffers counts as sent, which is why nothing shorter than seconds is measured.
    moved: () => socket.bytesWritten - socket.writableLength,
    isClientsTurn: () => socket.writableLength > 0,
    end
  }
  const stops = [
    demandRate(transfer, LEAST_RATE, patience),
    demandRateWhileWanted(transfer, place, patience),
    ...(askAgain === undefined ? [] : [endWhenRefused(askAgain, end)])
  ]
  raw.once('close', () => {
    for (const stop of stops) stop()
    place.leave()
  })
  if (reply.elapsedTime > STALE_MS) await askAgain?.()
}

/** Where it cannot be asked at the moment, the transfer goes on: nobody can take access away then either. */
function endWhenRefused(askAgain: () => Promise<void>, end: () => void): () => void {
  const isRefusal = (error: unknown) => error instanceof AppError && error.status < 500
  const timer = setInterval(() => {
    askAgain().catch((error: unknown) => {
      if (isRefusal(error)) end()
    })
  }, ASK_MS).unref()
  return () => clearInterval(timer)
}
