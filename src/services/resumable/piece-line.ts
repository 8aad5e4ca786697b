import { FairLine } from '../../../core/concurrency/fair-line.js'
import { AppError } from '../../../core/errors.js'
import { partMemory, partSizeFor } from './part-size.js'

export interface PieceLineOptions {
  /** Maximum number of requests that hold parts of the usual size. */
  concurrency: number
  /** Maximum number of waiting requests. */
  waiting: number
  /** Maximum wait in milliseconds. */
  waitMs: number
}

/**
 * The line of requests that send bytes of resumable uploads; its unit is a byte of memory. It is not that of whole
 * uploads, in which a client that sends pieces over a bad network would hold a full place for hours.
 */
export const createPieceLine = ({ concurrency, waiting, waitMs }: PieceLineOptions): FairLine =>
  new FairLine({
    places: concurrency * partMemory(partSizeFor(0)),
    waiting,
    waitMs,
    busy: () => new AppError('UPLOADS_BUSY', { retryAfter: Math.ceil(waitMs / 1000) }),
    keepsPlacesFree: true
  })
