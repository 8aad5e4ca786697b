import { readFileSync } from 'node:fs'

const MIB = 1024 ** 2
const SAMPLE_MS = 20
/** Of the clock in /proc, a second. */
const TICKS = 100

/** The resident memory of a process in MiB. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
export function rssOf(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return (Number(kib) * 1024) / MIB
}

/** Seconds of processor time that a process has used. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function cpuOf(pid: number): number {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const [user = 0, system = 0] = rest.split(' ').slice(11, 13).map(Number)
  return (user + system) / TICKS
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
