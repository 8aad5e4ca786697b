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
  /** Bytes that come at most; undefined: nobody said. */
  size: number | undefined
  /** Aborted when nobody waits for the work any more: it leaves the line then. */
  gone: AbortSignal
}

export interface UploadSlots {
  /**
   * Runs work when it is its turn. Whoever waits is not read from, so that waiting costs no memory.
   * @throws {AppError} UPLOADS_BUSY when the line is full, or did not move in time; the reason of `gone`
   */
  run<T>(candidate: UploadCandidate, work: () => Promise<T>): Promise<T>
  status(): { running: number; waiting: number }
}

/** However small they are: so many uploads have the place of one of full size, since each takes more than its bytes. */
const SMALL_ONES = 8

interface Waiting {
  share: number
  go: () => void
}

/**
 * Bounds the memory of uploads: so many at once in a process, the others in line. Small ones take less of the room, so
 * that more of them run together, which makes each of them cheaper.
 */
export function createUploadSlots(options: UploadSlotOptions): UploadSlots {
  const { concurrency, fullSize, waiting, waitMs } = options
  const line: Waiting[] = []
  const retryAfter = Math.ceil(waitMs / 1000)
  let room = concurrency * fullSize
  let running = 0

  async function take(share: number, gone: AbortSignal): Promise<void> {
    gone.throwIfAborted()
    // A small one does not pass a large one that waits: it would never get the room.
    if (line.length === 0 && room >= share) {
      room -= share
      return
    }
    if (line.length >= waiting) throw new AppError('UPLOADS_BUSY', { retryAfter })
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        gone.removeEventListener('abort', onGone)
      }
      const waiter: Waiting = {
        share,
        go: () => {
          settle()
          resolve()
        }
      }
      const leave = (error: Error) => {
        settle()
        line.splice(line.indexOf(waiter), 1)
        reject(error)
        next()
      }
      const onGone = () => leave(gone.reason as Error)
      const timer = setTimeout(() => leave(new AppError('UPLOADS_BUSY', { retryAfter })), waitMs)
      gone.addEventListener('abort', onGone)
      line.push(waiter)
    })
  }

  /** Lets in whoever has room now. */
  function next(): void {
    for (let first = line[0]; first !== undefined && first.share <= room; first = line[0]) {
      line.shift()
      room -= first.share
      first.go()
    }
  }

  return {
    status: () => ({ running, waiting: line.length }),
    async run({ size = fullSize, gone }, work) {
      const share = Math.min(fullSize, Math.max(size, Math.ceil(fullSize / SMALL_ONES)))
      await take(share, gone)
      running += 1
      try {
        return await work()
      } finally {
        running -= 1
        room += share
        next()
      }
    }
  }
}
