import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { identify, signal, waitUntilGone } from './process-identity.js'

/** The signals for an earlier run's server, and the milliseconds it has after each: fast, immediate, kill. */
const STOP_MS: [NodeJS.Signals, number][] = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000]
]

/**
 * Makes room for a new server on a cluster: stops a server that outlived its launcher (after a kill -9). Only for the
 * holder of the cluster's lock: without the lock, the server might belong to a living launcher. PostgreSQL itself
 * ignores a postmaster.pid whose process is dead. But if an unrelated process has that pid now, or a zombie that nobody
 * collects (in a container without an init), PostgreSQL would refuse to start; the file is then removed.
 */
export async function stopLeftovers(data: string, note: (line: string) => void): Promise<void> {
  const postmaster = postmasterPid(data)
  for (const [name, timeoutMs] of STOP_MS) {
    const pids = serverProcesses(data, postmaster)
    if (pids.length === 0) break
    note(
      `Stopping the PostgreSQL server that an earlier run left running (pid ${postmaster ?? pids.join(', ')})`
    )
    const processes = pids.map(identify).filter((found) => found !== undefined)
    // Only the postmaster understands a shutdown request; the others follow it.
    const asked = name === 'SIGINT' ? processes.filter(({ pid }) => pid === postmaster) : processes
    for (const target of asked) signal(target, name)
    if (asked.length > 0) await waitUntilGone(processes, timeoutMs)
  }
  const stale = postmasterPid(data)
  if (stale !== undefined && isTaken(stale)) {
    note(`Removing a stale postmaster.pid: process ${stale} is not a PostgreSQL server`)
    rmSync(join(data, 'postmaster.pid'), { force: true })
  }
}

/** Whether PostgreSQL would consider this pid alive; it checks in the same way. */
function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The first line of postmaster.pid: https://www.postgresql.org/docs/current/storage-file-layout.html */
function postmasterPid(data: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10)
    return pid > 0 ? pid : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * The PostgreSQL processes on a cluster. All of them have it as their working folder; if the system does not reveal
 * that (another user's process in a container; macOS), the postmaster is recognised by its arguments.
 */
function serverProcesses(data: string, postmaster: number | undefined): number[] {
  if (process.platform !== 'linux') {
    return postmaster !== undefined && argumentsFromPs(postmaster).includes(data) ? [postmaster] : []
  }
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
  return pids.filter((pid) => identify(pid) !== undefined && isServer(pid, data))
}

function isServer(pid: number, data: string): boolean {
  const tell = <T>(read: (path: string) => T, file: string) => {
    try {
      return read(`/proc/${pid}/${file}`)
    } catch {
      return undefined
    }
  }
  const text = (path: string) => readFileSync(path, 'utf8')
  if (tell(text, 'comm')?.trim() !== 'postgres') return false
  return tell(readlinkSync, 'cwd') === data || (tell(text, 'cmdline') ?? '').includes(`-D\0${data}\0`)
}

function argumentsFromPs(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}
