import { setTimeout as delay } from 'node:timers/promises'
import { quantile } from './contest.js'

const EVERY_MS = 10

/**
 * Milliseconds within which 99 of 100 GETs are answered while `work` runs. They are sent one by one, one every 10 ms at
 * most, so that they measure the load and are none themselves.
 */
export async function p99During(
  url: string,
  headers: Record<string, string>,
  work: () => Promise<unknown>
): Promise<number> {
  const times: number[] = []
  let done = false as boolean
  const working = work().finally(() => (done = true))
  while (!done) {
    const start = performance.now()
    const response = await fetch(url, { headers })
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
    const took = performance.now() - start
    times.push(took)
    await delay(Math.max(0, EVERY_MS - took))
  }
  await working
  return quantile(times, 0.99)
}
