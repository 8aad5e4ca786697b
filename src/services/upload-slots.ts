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
   * @param gone is aborted when nobody waits for the work any more: it leaves the line then
   * @throws {AppError} UPLOADS_BUSY when the line is full, or did not move in time; UPLOAD_INTERRUPTED
   */
  run<T>(work: () => Promise<T>, gone: AbortSignal): Promise<T>
  status(): { running: number; waiting: number }
}

/** Bounds the memory of uploads: so many at once in a process, the others in line. */
export function createUploadSlots({ concurrency, waiting, waitMs }: UploadSlotOptions): UploadSlots {
  const line: (() => void)[] = []
  const retryAfter = Math.ceil(waitMs / 1000)
  let free = concurrency

  async function take(gone: AbortSignal): Promise<void> {
    if (gone.aborted) throw new AppError('UPLOAD_INTERRUPTED')
    if (free > 0) {
      free -= 1
      return
    }
    if (line.length >= waiting) throw new AppError('UPLOADS_BUSY', { retryAfter })
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        gone.removeEventListener('abort', onGone)
      }
      const go = () => {
        settle()
        resolve()
      }
      const leave = (error: AppError) => {
        settle()
        line.splice(line.indexOf(go), 1)
        reject(error)
      }
      const onGone = () => leave(new AppError('UPLOAD_INTERRUPTED'))
      const timer = setTimeout(() => leave(new AppError('UPLOADS_BUSY', { retryAfter })), waitMs)
      gone.addEventListener('abort', onGone)
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
    async run(work, gone) {
      await take(gone)
      try {
        return await work()
      } finally {
        give()
      }
    }
  }
}
