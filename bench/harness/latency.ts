import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { quantile } from './contest.js'

/** The input of the thread `latency-probe.ts`. */
export interface Probe {
  url: string
  headers: Record<string, string>
}

/**
 * The 99th percentile of GETs in milliseconds while `work` runs. They are sent one by one, at most one every 10 ms, so
 * that they add almost no load. They are sent from a thread of their own, since `work` would delay them in this one.
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
