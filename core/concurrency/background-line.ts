import pLimit from 'p-limit'

export type BackgroundLine = ReturnType<typeof createBackgroundLine>

/**
 * Runs work that no caller waits for, a few pieces at a time.
 * @param options.atOnce how many pieces run at the same time
 * @param options.waiting maximum pieces that run or wait
 */
export function createBackgroundLine({ atOnce, waiting }: { atOnce: number; waiting: number }) {
  const limit = pLimit(atOnce)
  const taken = new Set<string>()
  const stop = new AbortController()

  return {
    /** Aborts when the process ends. */
    signal: stop.signal,
    /**
     * Runs the work soon, unless work with this id already runs or waits, or the line is full.
     * @param work must not reject
     */
    start(id: string, work: () => Promise<void>): void {
      if (taken.has(id) || taken.size >= waiting || stop.signal.aborted) return
      taken.add(id)
      void limit(async () => {
        if (!stop.signal.aborted) await work()
      }).finally(() => taken.delete(id))
    },
    /** Aborts the running work and waits for it; drops the waiting work. */
    async close(reason: Error): Promise<void> {
      stop.abort(reason)
      // Each of these starts only after a running piece has ended.
      await Promise.all(Array.from({ length: atOnce }, () => limit(() => undefined)))
    }
  }
}
