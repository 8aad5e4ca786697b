import pLimit from 'p-limit'

export type BackgroundLine = ReturnType<typeof createBackgroundLine>

/** Work for which nobody waits, a few pieces at a time, each at most once. */
export function createBackgroundLine({ atOnce, waiting }: { atOnce: number; waiting: number }) {
  const limit = pLimit(atOnce)
  const taken = new Set<string>()
  const stop = new AbortController()

  return {
    /** Aborts when the process ends. */
    signal: stop.signal,
    /**
     * Does it soon, unless it is in line already, or too much is.
     * @param work must not reject
     */
    start(id: string, work: () => Promise<void>): void {
      if (taken.has(id) || taken.size >= waiting || stop.signal.aborted) return
      taken.add(id)
      void limit(async () => {
        if (!stop.signal.aborted) await work()
      }).finally(() => taken.delete(id))
    },
    /** Aborts what is under way, and waits for it; what is in line is forgotten. */
    async close(reason: Error): Promise<void> {
      stop.abort(reason)
      // After those that run now.
      await Promise.all(Array.from({ length: atOnce }, () => limit(() => undefined)))
    }
  }
}
