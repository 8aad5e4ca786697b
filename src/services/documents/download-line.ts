import { FairLine, type Place } from '../../../core/concurrency/fair-line.js'
import { AppError } from '../../../core/errors.js'

export interface DownloadLine {
  /**
   * Waits for a place to send bytes; the caller must leave it.
   * @param sender who reads them: an account, or an address
   * @param signal aborted when the client disconnects
   * @throws {AppError} DOWNLOADS_BUSY, and the signal's reason
   */
  enter(tenantId: string, sender: string, signal: AbortSignal): Promise<Place>
}

/** Maximum wait of a download in milliseconds. */
const WAIT_MS = 30_000

/**
 * Bounds the concurrent downloads of a process, each of which holds a socket to the storage or an open file for as long
 * as its client reads. Tenants and senders take turns. As many more downloads can wait.
 */
export function createDownloadLine(concurrency: number): DownloadLine {
  const line = new FairLine({
    places: concurrency,
    waiting: concurrency,
    waitMs: WAIT_MS,
    busy: () => new AppError('DOWNLOADS_BUSY', { retryAfter: WAIT_MS / 1000 }),
    keepsPlacesFree: true
  })
  return {
    enter: (tenantId, sender, signal) => line.enter({ keys: [`tenant ${tenantId}`, sender], signal })
  }
}
