import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import type { FastifyBaseLogger } from 'fastify'
import { AggregatorRegistry } from 'prom-client'
import { isQuestion, type Answer, type Question, type Questions } from './questions.js'
import { createRequestCounts } from './request-counts.js'
import { sleep } from '../../core/concurrency/sleep.js'

/** Milliseconds before a process that ended is replaced, so that one that always crashes takes little CPU time. */
const PAUSE_MS = 1_000
/** Maximum number of addresses and routes counted at the same time. */
const COUNTS = 200_000

export interface Cluster {
  /** The URL at which all processes listen. */
  url: string
  /** Ends the processes; each finishes its requests first. */
  close(): Promise<void>
}

/** A process could not start. It has reported the reason itself. */
export class ProcessStartError extends Error {}

/**
 * Forks `processes` copies of this program, which share its port; connections are distributed in turn
 * (https://nodejs.org/api/cluster.html). A process that ends is replaced; if this one ends, all do. A connection handed
 * over in the milliseconds in which a process dies is never answered.
 * @throws {ProcessStartError}
 */
export async function startCluster(processes: number, logger: FastifyBaseLogger): Promise<Cluster> {
  const reply = createReplies()
  const running = new Set<Worker>()
  let closing = false

  function start() {
    const worker = cluster.fork()
    running.add(worker)
    worker.on('message', (message) => void reply(worker, message))
    const ready = new Promise<string>((resolve, reject) => {
      worker.on('message', (message: { type?: string; url?: string }) => {
        if (message.type === 'ready') resolve(message.url ?? '')
      })
      worker.once('exit', () => {
        running.delete(worker)
        reject(new ProcessStartError('One of the processes could not start; the log says why.'))
      })
    })
    return { worker, ready }
  }

  function replaceWhenItEnds(worker: Worker): void {
    worker.once('exit', (exitCode, signal) => {
      if (closing) return
      logger.error({ pid: worker.process.pid, exitCode, signal }, 'A process ended; starting a replacement')
      // Once all have ended, only this timer keeps the primary alive.
      void sleep(PAUSE_MS).then(() => {
        if (closing) return
        const next = start()
        // `replaceWhenItEnds` handles its end, whether it started or not.
        next.ready.catch(() => undefined)
        replaceWhenItEnds(next.worker)
      })
    })
  }

  async function close(): Promise<void> {
    closing = true
    await Promise.all(
      [...running].map(async (worker) => {
        worker.process.kill('SIGTERM')
        await once(worker, 'exit')
      })
    )
  }

  const first = Array.from({ length: processes }, start)
  try {
    const [url = ''] = await Promise.all(first.map(({ ready }) => ready))
    for (const { worker } of first) replaceWhenItEnds(worker)
    return { url, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Answers the processes' questions. */
function createReplies() {
  const count = createRequestCounts(COUNTS)
  const registry = new AggregatorRegistry()

  async function answer({ kind, asked }: Question): Promise<unknown> {
    if (kind === 'metrics') return registry.clusterMetrics()
    const { key, timeWindow } = asked as Questions['count']['asked']
    return count(key, timeWindow)
  }

  return async (worker: Worker, message: unknown): Promise<void> => {
    if (!isQuestion(message)) return
    const { id } = message
    const reply = await answer(message).then(
      (answer): Answer => ({ type: 'answer', id, answer }),
      (error: unknown): Answer => ({ type: 'answer', id, error: String(error) })
    )
    if (worker.isConnected()) worker.send(reply)
  }
}
