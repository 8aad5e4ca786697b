import { AppError } from '../errors.js'

export interface UploadSlotOptions {
  /** The most uploads that run at once. */
  concurrency: number
  /** The most that wait for their turn. */
  waiting: number
  /** Milliseconds that one waits. */
  waitMs: number
}

export interface UploadSlots {
  /**
   * Runs work when it is its turn. Whoever waits is not read from, so that waiting costs no memory.
   * @throws {AppError} UPLOADS_BUSY when the line is full, or did not move in time
   */
  run<T>(work: () => Promise<T>): Promise<T>
  status(): { running: number; waiting: number }
}

/** Bounds the memory of uploads: so many at once in a process, the others in line. */
export function createUploadSlots({ concurrency, waiting, waitMs }: UploadSlotOptions): UploadSlots {
  const line: (() => void)[] = []
  const retryAfter = Math.ceil(waitMs / 1000)
  let free = concurrency

  function take(): Promise<void> {
    if (free > 0) {
      free -= 1
      return Promise.resolve()
    }
    if (line.length >= waiting) throw new AppError('UPLOADS_BUSY', { retryAfter })
    return new Promise((resolve, reject) => {
      const go = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        line.splice(line.indexOf(go), 1)
        reject(new AppError('UPLOADS_BUSY', { retryAfter }))
      }, waitMs)
      line.push(go)
    })
  }

  function give(): void {
    const next = line.shift()
    if (next === undefined) free += 1
    else next()
  }

  return {
    status: () => ({ running: concurrency - free, waiting: line.length }),
    async run(work) {
      await take()
      try {
        return await work()
      } finally {
        give()
      }
    }
  }
}
