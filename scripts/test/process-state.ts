import { once } from 'node:events'
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** Events whose listeners decide whether the process ends. */
const EVENTS = ['uncaughtException', 'unhandledRejection', 'SIGINT', 'SIGTERM', 'SIGHUP']

/** The state that all files of a process share; each file must leave it unchanged. */
export interface ProcessState {
  environment: NodeJS.ProcessEnv
  folder: string
  exitCode: typeof process.exitCode
  listeners: Map<string, number>
  /** Descriptors of files and folders, with their paths. */
  files: Map<string, string>
}

export function processState(): ProcessState {
  return {
    environment: { ...process.env },
    folder: process.cwd(),
    exitCode: process.exitCode,
    listeners: new Map(EVENTS.map((name) => [name, process.listenerCount(name)])),
    files: openFiles()
  }
}

/** The changes since then, each as a phrase for a message. */
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
      (name) => `changed the listeners of the process for ${name}`
    ),
    ...[...now.files]
      .filter(([descriptor, path]) => before.files.get(descriptor) !== path)
      .map(([, path]) => `left open: ${path}`)
  ]
}

/**
 * The files and folders that this process has open, which keep no process running. Only Linux tells.
 * https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
 */
function openFiles(): Map<string, string> {
  const folder = '/proc/self/fd'
  const open = new Map<string, string>()
  if (!existsSync(folder)) return open
  for (const descriptor of readdirSync(folder)) {
    try {
      const path = readlinkSync(join(folder, descriptor))
      if (path.startsWith('/') && !path.startsWith('/dev/')) open.set(descriptor, path)
    } catch (error) {
      // The descriptor that read the folder is closed by now.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return open
}

/** Collects the warnings of files that nobody closed, and that Node has closed when their handles were garbage. */
export function followForgottenFiles(): () => string[] {
  const forgotten: string[] = []
  process.on('warning', ({ message }) => {
    if (/^Closing file descriptor \d+ on garbage collection/.test(message)) forgotten.push(message)
  })
  return () => forgotten.splice(0)
}

/**
 * Waits until only the given socket keeps the process running.
 * @returns what else still does after this many milliseconds, such as sockets, timers or child processes
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

/** Leaves out the pipe of the process's own output. */
const openResources = () => process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap')
