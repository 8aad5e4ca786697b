import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Events whose listeners decide whether the process ends. */
const EVENTS = ['uncaughtException', 'unhandledRejection', 'SIGINT', 'SIGTERM', 'SIGHUP']

/** What all files of a process share, and so must leave as it was. */
export interface ProcessState {
  environment: NodeJS.ProcessEnv
  folder: string
  exitCode: typeof process.exitCode
  listeners: Map<string, number>
}

export function processState(): ProcessState {
  return {
    environment: { ...process.env },
    folder: process.cwd(),
    exitCode: process.exitCode,
    listeners: new Map(EVENTS.map((name) => [name, process.listenerCount(name)]))
  }
}

/** What has changed, each as a phrase. */
export function changedSince(before: ProcessState): string[] {
  const now = processState()
  const names = Object.keys({ ...before.environment, ...now.environment })
  return [
    ...names
      .filter((name) => before.environment[name] !== now.environment[name])
      .map((name) => `changed ${name} of the environment`),
    ...(before.folder === now.folder ? [] : ['changed the working folder']),
    ...(before.exitCode === now.exitCode ? [] : ['set the exit code']),
    ...EVENTS.filter((name) => before.listeners.get(name) !== now.listeners.get(name)).map(
      (name) => `changed who listens to ${name} of the process`
    )
  ]
}

/**
 * Waits until nothing would keep the process running but the given socket.
 * @returns what still would after this many milliseconds, such as sockets, timers or child processes
 */
export async function untilIdle(socket: Socket, milliseconds: number): Promise<string[]> {
  const over = new AbortController()
  const { signal } = over
  socket.unref()
  const open = await Promise.race([
    once(process, 'beforeExit', { signal }).then(() => []),
    delay(milliseconds, undefined, { ref: false, signal }).then(openResources)
  ])
  socket.ref()
  over.abort()
  return open
}

/** Without the pipe of the output. */
const openResources = () => process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap')
