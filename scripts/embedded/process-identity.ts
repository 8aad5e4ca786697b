import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Identifies a process so that a later one with the same number is not mistaken for it: pids are reused, especially in
 * containers.
 */
export interface ProcessIdentity {
  pid: number
  /** Start time in the system's own terms; only for comparison. */
  started: string
}

const POLL_MS = 50

/** The identity of a running process; undefined if none has this pid (a zombie does not count). */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const started = process.platform === 'linux' ? startOnLinux(pid) : startFromPs(pid)
    return started === undefined ? undefined : { pid, started }
  } catch {
    return undefined
  }
}

/** Whether this very process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started
}

/** Sends a signal, but never to an unrelated process that has taken over the pid. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isRunning(identity)) return
  try {
    process.kill(identity.pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * Waits until none of the processes runs. They are not our children, so their end can only be polled.
 * @returns those that still run after `timeoutMs` milliseconds
 */
export async function waitUntilGone(
  processes: ProcessIdentity[],
  timeoutMs: number
): Promise<ProcessIdentity[]> {
  const deadline = Date.now() + timeoutMs
  let left = processes.filter(isRunning)
  while (left.length > 0 && Date.now() < deadline) {
    await delay(POLL_MS)
    left = left.filter(isRunning)
  }
  return left
}

/** The boot's id, and field 22 of `/proc/PID/stat`: the start in clock ticks since that boot (proc_pid_stat(5)). */
function startOnLinux(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // The second field is the command in parentheses and may itself contain spaces and parentheses.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (state === 'Z' || state === 'X') return undefined
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${rest[18] ?? ''}`
}

function startFromPs(pid: number): string | undefined {
  const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '')
}
