import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { PRETTY_LOGS } from '../../core/logger.js'
import { program } from '../program.js'

/** One of our own processes: the API or the worker. */
export interface Child {
  name: string
  pid: number
  /** Resolves with the address it listens on; rejects when it ends before that. */
  ready: Promise<string>
  /** Resolves with the reason when it ends. */
  ended: Promise<string>
  /** Asks it to close gracefully, and kills it after `STOP_MS`. */
  stop(): Promise<void>
  kill(): void
}

/** Milliseconds for a child to finish its requests. */
const STOP_MS = 10_000

/**
 * Starts a program of this project (`src/server`). It gets a process group of its own: a Ctrl-C in the terminal
 * reaches the launcher alone, which then stops one after the other. Should the launcher die, the end of the
 * IPC channel tells the child.
 */
export function startChild(name: string, path: string, environment: NodeJS.ProcessEnv): Child {
  const child = spawn(process.execPath, [...program(path), ...(process.stdout.isTTY ? [PRETTY_LOGS] : [])], {
    detached: true,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc']
  })
  const ended = once(child, 'exit').then(
    () => `${name} ended unexpectedly (${child.signalCode ?? `exit code ${child.exitCode ?? '?'}`})`,
    (error: unknown) => `${name} could not be started: ${String(error)}`
  )
  const ready = new Promise<string>((resolve, reject) => {
    child.on('message', (message: { type?: string; url?: string }) => {
      if (message.type === 'ready') resolve(message.url ?? '')
    })
    void ended.then((reason) => reject(new Error(reason)))
  })
  // The launcher may be stopped while nobody waits for this any more.
  ready.catch(() => undefined)
  return {
    name,
    pid: child.pid ?? 0,
    ready,
    ended,
    async stop() {
      child.kill('SIGTERM')
      if (await Promise.race([ended.then(() => true), delay(STOP_MS, false, { ref: false })])) return
      child.kill('SIGKILL')
      await ended
    },
    kill: () => void child.kill('SIGKILL')
  }
}
