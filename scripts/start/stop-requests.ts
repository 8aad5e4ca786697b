/** The user's requests to stop: Ctrl-C, SIGTERM, or a closed terminal. */
export interface StopRequests {
  /** Aborted at the first request. */
  readonly requested: AbortSignal
  /** Aborted at the second request: stop at once. */
  readonly forced: AbortSignal
}

/** Milliseconds within which signals count as one: npm forwards a Ctrl-C that its child has already received. */
const SAME_MS = 700

/** After this call, signals no longer end this process by themselves. */
export function stopRequests(): StopRequests {
  const requested = new AbortController()
  const forced = new AbortController()
  let first = 0
  const onSignal = () => {
    if (!requested.signal.aborted) {
      first = performance.now()
      requested.abort(new Error('Stopped during start-up'))
    } else if (performance.now() - first > SAME_MS) {
      forced.abort()
    }
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  return { requested: requested.signal, forced: forced.signal }
}

/** Rejects with the signal's reason when it is aborted; never resolves. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = () => reject(signal.reason as Error)
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })
}
