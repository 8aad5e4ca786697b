import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { quantile } from './contest.js'

/** What the thread of `latency-probe.ts` is asked. */
export interface Probe {
  url: string
  headers: Record<string, string>
}

/**
 * Milliseconds within which 99 of 100 GETs are answered while `work` runs. They are sent one by one, one every 10 ms at
 * most, so that they measure the load and are none themselves; and from a thread of their own, since what `work` does
 * here would make them wait as well.
 */
export async function p99During(
  url: string,
  headers: Record<string, string>,
  work: () => Promise<unknown>
): Promise<number> {
  const workerData: Probe = { url, headers }
  const probe = new Worker(new URL('./latency-probe.js', import.meta.url), { workerData })
  const failed = once(probe, 'error').then(([error]) => Promise.reject(error as Error))
  try {
    await Promise.race([once(probe, 'message'), failed])
    await Promise.race([work(), failed])
    probe.postMessage('stop')
    const [times] = (await Promise.race([once(probe, 'message'), failed])) as [number[]]
    return quantile(times, 0.99)
  } finally {
    await probe.terminate()
  }
}
