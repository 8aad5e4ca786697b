import { FairLine } from './fair-line.js'

export type BackgroundLine = ReturnType<typeof createBackgroundLine>

/** The longest delay of a timer: 24 days. */
const NO_LIMIT_MS = 2 ** 31 - 1

/**
 * Runs work that no caller waits for, a few pieces at a time. Tenants take turns, and one fills at most half of the
 * line: see `FairLine`.
 * @param options.atOnce how many pieces run at the same time
 * @param options.waiting maximum pieces that wait
 */
export function createBackgroundLine({ atOnce, waiting }: { atOnce: number; waiting: number }) {
  const busy = () => new Error('The line is full')
  const line = new FairLine({ places: atOnce, waiting, waitMs: NO_LIMIT_MS, busy })
  const taken = new Set<string>()
  const stop = new AbortController()

  return {
    /** Aborts when the process ends. */
    signal: stop.signal,
    /**
     * Runs the work when its tenant's turn comes, unless work with this id already runs or waits, or the line has no room
     * for it.
     * @param work must not reject
     */
    start(tenantId: string, id: string, work: () => Promise<void>): void {
      if (taken.has(id)) return
      taken.add(id)
      void line
        .run({ keys: [tenantId] }, async () => {
          if (!stop.signal.aborted) await work()
        })
        // The line is full or closed.
        .catch(() => undefined)
        .finally(() => taken.delete(id))
    },
    /** Aborts the running work and waits for it; drops the waiting work. */
    async close(reason: Error): Promise<void> {
      stop.abort(reason)
      await line.close()
    }
  }
}
