/** Seconds for which a lease is taken: then another process may continue what a killed one has begun. */
export const LEASE_SECONDS = 30
/** Milliseconds between renewals: two may fail before the lease is lost. */
const RENEW_MS = 10_000

/**
 * Works under a lease, which is renewed until the work has ended. The caller takes the lease before, and ends it.
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
      // If renewing fails for long enough, the lease is lost, which the statement that ends the work will notice.
      .catch(() => undefined)
  }, RENEW_MS)
  try {
    return await work(stop === undefined ? lost.signal : AbortSignal.any([lost.signal, stop]))
  } finally {
    clearInterval(renewal)
  }
}
