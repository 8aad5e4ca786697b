import { FairLine, type Place } from '../../../core/concurrency/fair-line.js'
import { AppError } from '../../../core/errors.js'

export interface UploadSlotOptions {
  /** The most uploads of full size that run at once. */
  concurrency: number
  /** Bytes from which an upload is one of full size: longer ones take no more memory. */
  fullSize: number
  /** The most that wait for their turn. */
  waiting: number
  /** Milliseconds that one waits. */
  waitMs: number
}

/** Who asks for a slot. */
export interface UploadCandidate {
  tenantId: string
  userId: string
  /** Bytes that come at most; undefined: nobody said. */
  size: number | undefined
  /** Aborted when nobody waits for the work any more: it leaves the line then, with the signal's reason. */
  gone: AbortSignal
}

export interface UploadSlots {
  /**
   * Waits for a place, which the caller leaves. An upload that waits is not read from, so that waiting costs no memory.
   * @throws {AppError} UPLOADS_BUSY when the line is full, or did not move in time; the reason of `gone`
   */
  enter(candidate: UploadCandidate): Promise<Place>
  status(): { running: number; waiting: number }
}

/** At most this many small uploads share one full-size place, since each takes more memory than its bytes. */
const SMALL_ONES = 8

/**
 * Bounds the memory of a process's uploads and shares it out in turns, by tenant and by account. Small ones take less
 * of it, so that more of them run together, which makes each of them cheaper.
 */
export function createUploadSlots(options: UploadSlotOptions): UploadSlots {
  const { concurrency, fullSize, waiting, waitMs } = options
  const line = new FairLine({
    places: concurrency * fullSize,
    waiting,
    waitMs,
    busy: () => new AppError('UPLOADS_BUSY', { retryAfter: Math.ceil(waitMs / 1000) }),
    keepsRoom: true
  })
  const least = Math.ceil(fullSize / SMALL_ONES)

  return {
    status() {
      const { holding, waiting } = line.counts()
      return { running: holding, waiting }
    },
    enter({ tenantId, userId, size = fullSize, gone }) {
      const weight = Math.min(fullSize, Math.max(size, least))
      return line.enter({ keys: [`tenant ${tenantId}`, `account ${userId}`], weight, signal: gone })
    }
  }
}
