import { FairLine, type Place } from '../../../core/concurrency/fair-line.js'
import { AppError } from '../../../core/errors.js'

export interface UploadLineOptions {
  /** Maximum number of full-size uploads at once. */
  concurrency: number
  /** Bytes from which an upload is full-size: larger ones take no more memory. */
  fullSize: number
  /** Maximum number of waiting uploads. */
  waiting: number
  /** Maximum wait in milliseconds. */
  waitMs: number
}

/** An upload that asks for a place. */
export interface UploadCandidate {
  tenantId: string
  userId: string
  /** Maximum bytes that will arrive; undefined if unknown. */
  size: number | undefined
  /** Aborts when nobody waits for the work any more: the upload then leaves the line with the signal's reason. */
  gone: AbortSignal
}

export interface UploadLine {
  /**
   * Waits for a place, which the caller must leave. A waiting upload is not read, so waiting costs no memory.
   * @throws {AppError} UPLOADS_BUSY if the line is full or the wait is over; the reason of `gone`
   */
  enter(candidate: UploadCandidate): Promise<Place>
  status(): { running: number; waiting: number }
}

/** At most this many small uploads share one full-size place, since each takes more memory than its bytes. */
const SMALL_ONES = 8

/**
 * Bounds the memory of a process's uploads; tenants and accounts take turns. Small uploads take only part of a place,
 * so that more of them run together, which makes each of them cheaper.
 */
export function createUploadLine(options: UploadLineOptions): UploadLine {
  const { concurrency, fullSize, waiting, waitMs } = options
  const line = new FairLine({
    places: concurrency * fullSize,
    waiting,
    waitMs,
    busy: () => new AppError('UPLOADS_BUSY', { retryAfter: Math.ceil(waitMs / 1000) }),
    keepsPlacesFree: true
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
