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

/** What keeps this process running: open sockets, timers, child processes. */
export const openResources = (): string[] => process.getActiveResourcesInfo()

/**
 * Waits until nothing is open but what was before: what would have kept a process from ending.
 * @returns what is still open after this many milliseconds
 */
export async function untilClosed(before: string[], milliseconds: number): Promise<string[]> {
  const deadline = performance.now() + milliseconds
  for (;;) {
    const open = without(openResources(), before)
    if (open.length === 0 || performance.now() > deadline) return open
    await delay(10, undefined, { ref: false })
  }
}

function without(list: string[], others: string[]): string[] {
  const left = [...others]
  return list.filter((item) => {
    const index = left.indexOf(item)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
}
