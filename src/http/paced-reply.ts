import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Place } from '../../core/concurrency/fair-line.js'
import { AppError } from '../../core/errors.js'
import { demandRate, demandRateWhileWanted, LEAST_RATE } from './minimum-rate.js'

/** Milliseconds between two checks whether a download may continue. */
const ASK_MS = 2_000
/** Milliseconds after which the check made at the start of the request is repeated. */
const STALE_MS = 1_000

/** Waits for a place for sending bytes; the signal aborts if the client disconnects meanwhile. */
export type EnterLine = (signal: AbortSignal) => Promise<Place>

/**
 * Takes a place for the bytes of a response, and gives it back when the response has been sent or its connection has
 * closed. Until then, a client that reads too slowly, or has lost its access, is cut off. Only time in which bytes wait
 * for the client counts, so the storage may be slow.
 * @param options.patience seconds for which a client may stall
 * @param options.askAgain throws an `AppError` if the client may not have the rest
 * @throws what `enter` and `askAgain` throw; a place already taken is given back with the response
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
    // Bytes handed to the system: what it buffers counts as sent, so nothing shorter than seconds is measured.
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

/** If the check fails (the database is down, say), the transfer continues: nobody can revoke access then either. */
function endWhenRefused(askAgain: () => Promise<void>, end: () => void): () => void {
  const isRefusal = (error: unknown) => error instanceof AppError && error.status < 500
  const timer = setInterval(() => {
    askAgain().catch((error: unknown) => {
      if (isRefusal(error)) end()
    })
  }, ASK_MS).unref()
  return () => clearInterval(timer)
}
