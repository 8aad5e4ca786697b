import { readdirSync, readFileSync } from 'node:fs'

const MIB = 1024 ** 2
const SAMPLE_MS = 20
/** Ticks per second of the clock in /proc. */
const TICKS = 100

/** The resident memory of a process in MiB. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
export function rssOf(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return (Number(kib) * 1024) / MIB
}

/** The memory in MiB that a process does not share with others. */
export function privateMemoryOf(pid: number): number {
  const [, kib] = /RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return (Number(kib) * 1024) / MIB
}

/**
 * The process's parent, its own ticks, and those of its ended children.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function readStat(pid: number): { parent: number; own: number; ended: number } {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const fields = rest.split(' ')
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15).map(Number)
  return { parent: Number(fields[1]), own: user + system, ended: endedUser + endedSystem }
}

/** Seconds of processor time that a process has used. */
export const cpuOf = (pid: number): number => readStat(pid).own / TICKS

/** The same for a process and its children, ended ones included. */
export function cpuOfFamily(pid: number): number {
  const { own, ended } = readStat(pid)
  let ticks = own + ended
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const child = readStat(Number(name))
      if (child.parent === pid) ticks += child.own + child.ended
    } catch (error) {
      // The child has ended since the folder was read: its ticks are added to the parent's, now or soon.
      if (!['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) throw error
    }
  }
  return ticks / TICKS
}

/** The maximum growth of a process's resident memory in MiB while `work` runs. */
export async function memoryGrowth(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = rssOf(pid)
  let most = before
  const timer = setInterval(() => (most = Math.max(most, rssOf(pid))), SAMPLE_MS)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return most - before
}
