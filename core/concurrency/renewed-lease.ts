/** Seconds that a lease lasts. After that, another process may continue the work of a killed one. */
export const LEASE_SECONDS = 30
/** Milliseconds between renewals: two may fail before the lease is lost. */
const RENEW_MS = 10_000

/**
 * Runs work under a lease, which it renews until the work has ended. The caller takes the lease first, and ends it
 * afterwards.
 * @param work gets a signal that aborts when the lease is lost, or with `stop`
 */
export async function underLease<T>(
  renew: () => Promise<{ outcome: 'renewed' | 'lost' }>,
  work: (signal: AbortSignal) => Promise<T>,
  stop?: AbortSignal
): Promise<T> {
  const lost = new AbortController()
  const renewal = setInterval(() => {
    renew()
      .then(({ outcome }) => {
        if (outcome === 'lost') lost.abort(new Error('Another process has the lease'))
      })
      // If renewals fail for long enough, the lease is lost; the statement that ends the work will notice.
      .catch(() => undefined)
  }, RENEW_MS)
  try {
    return await work(stop === undefined ? lost.signal : AbortSignal.any([lost.signal, stop]))
  } finally {
    clearInterval(renewal)
  }
}
