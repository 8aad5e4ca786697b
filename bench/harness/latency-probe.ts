/** Requests one URL repeatedly; reports when it begins and, when it is stopped, how long each answer took. */
import { setTimeout as delay } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { Probe } from './latency.js'

const EVERY_MS = 10

const { url, headers } = workerData as Probe
const times: number[] = []
let stopped = false as boolean
parentPort?.once('message', () => (stopped = true))

async function ask(): Promise<number> {
  const start = performance.now()
  const response = await fetch(url, { headers })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return performance.now() - start
}

// The first request opens the connection.
await ask()
parentPort?.postMessage('begun')
while (!stopped) {
  const took = await ask()
  times.push(took)
  await delay(Math.max(0, EVERY_MS - took))
}
parentPort?.postMessage(times)
