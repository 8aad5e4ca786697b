import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { program } from '../../scripts/program.js'
import type { FromWorker, WorkerReport } from './worker.js'

/** Starts the consuming side in its own process. */
export function startWorker(environment: Record<string, string>) {
  const child = spawn(process.execPath, program('bench/events/worker'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...environment }
  })
  let counts = { handled: 0, deadLettered: 0 }
  let report: (message: WorkerReport) => void = () => undefined
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message: FromWorker) => {
      if (message.type === 'ready') resolve()
      if (message.type === 'progress') counts = message
      if (message.type === 'report') report(message)
    })
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error('The worker ended')
  })
  const done = () => counts.handled + counts.deadLettered
  return {
    ready: Promise.race([ready, ended]),
    done,
    async reached(count: number) {
      while (done() < count) await Promise.race([delay(20), ended])
    },
    report: () =>
      new Promise<WorkerReport>((resolve) => {
        report = resolve
        child.send('report')
      }),
    stop() {
      ended.catch(() => undefined)
      child.kill('SIGKILL')
    }
  }
}
