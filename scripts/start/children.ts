import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { program } from '../program.js'

/** One of our own processes: the API or the worker. */
export interface Child {
  name: string
  pid: number
  /** Resolves with the address it listens on; rejects if it ends before that. */
  ready: Promise<string>
  /** Resolves with the reason when it ends. */
  ended: Promise<string>
  /** Asks it to close gracefully, and kills it if that takes too long. */
  stop(): Promise<void>
  kill(): void
}

export interface ChildOptions {
  /** Milliseconds that it has to close before it is killed. */
  killAfterMs?: number
  /** An open file for its log, instead of this process's output. */
  stdout?: 'inherit' | number
}

/**
 * Starts a program of this project (`src/server`). It gets its own process group: a Ctrl-C in the terminal reaches only
 * the launcher, which then stops its children one by one. If the launcher dies, the child sees its IPC channel close.
 */
export function startChild(
  name: string,
  path: string,
  environment: NodeJS.ProcessEnv,
  { killAfterMs = 20_000, stdout = 'inherit' }: ChildOptions = {}
): Child {
  const child = spawn(process.execPath, program(path), {
    detached: true,
    env: environment,
    stdio: ['ignore', stdout, 'inherit', 'ipc']
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
  // The launcher may be stopped while nothing awaits this.
  ready.catch(() => undefined)
  return {
    name,
    pid: child.pid ?? 0,
    ready,
    ended,
    async stop() {
      child.kill('SIGTERM')
      if (await Promise.race([ended.then(() => true), delay(killAfterMs, false, { ref: false })])) return
      child.kill('SIGKILL')
      await ended
    },
    kill: () => void child.kill('SIGKILL')
  }
}
