import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresBinaries } from './postgres-binaries.js'
import { onFreePorts } from './ports.js'
import { postgresEnvironment, RecentLines } from './postgres-process.js'
import type { RunAs } from './postgres-user.js'

export interface ServerOptions {
  data: string
  binaries: PostgresBinaries
  user: RunAs
  settings: Record<string, string>
  log: (line: string) => void
  signal?: AbortSignal | undefined
}

export interface PostgresServer {
  port: number
  pid: number
  /** Resolves when the server has ended, whatever the reason. */
  exited: Promise<void>
  /** `fast` stops it cleanly, by force if that takes too long; after `immediate` the next start replays the WAL. */
  stop(how: 'fast' | 'immediate'): Promise<void>
}

const HOST = '127.0.0.1'
const READY = 'database system is ready to accept connections'
/** Milliseconds to wait before the next, harder signal. */
const FAST_MS = 10_000
const IMMEDIATE_MS = 5_000

/** Starts the server on a free port and resolves when it accepts connections, after crash recovery if needed. */
export function startServer(options: ServerOptions): Promise<PostgresServer> {
  return onFreePorts(1, async ([port]) => {
    options.signal?.throwIfAborted()
    return startOn(port as number, options)
  })
}

async function startOn(port: number, options: ServerOptions): Promise<PostgresServer> {
  const settings = {
    listen_addresses: HOST,
    // No socket file is needed, and its path would have to be short.
    unix_socket_directories: '',
    max_connections: '400',
    // READY is searched for in its messages.
    lc_messages: 'C',
    ...options.settings
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(options.binaries.postgres, ['-D', options.data, '-p', String(port), ...flags], {
    ...options.user,
    cwd: '/',
    env: postgresEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe']
  })
  const closed = once(child, 'close')
  const exited = closed.then(
    () => undefined,
    () => undefined
  )

  async function stop(how: 'fast' | 'immediate'): Promise<void> {
    const gone = (timeoutMs: number) =>
      Promise.race([exited.then(() => true), delay(timeoutMs, false, { ref: false })])
    if (how === 'fast') {
      child.kill('SIGINT')
      if (await gone(FAST_MS)) return
    }
    child.kill('SIGQUIT')
    if (await gone(IMMEDIATE_MS)) return
    child.kill('SIGKILL')
    await exited
  }

  const lines = new RecentLines(options.log)
  const ready = new Promise<void>((resolve) =>
    lines.read(child.stderr, (line) => line.includes(READY) && resolve())
  )
  const aborted = options.signal && once(options.signal, 'abort')
  const failed = closed.then(() => {
    const how = child.signalCode ?? `exit code ${child.exitCode ?? '?'}`
    throw new Error(`PostgreSQL did not start (${how}):
${lines.text()}`)
  })
  await Promise.race([ready, failed, ...(aborted ? [aborted] : [])])
  if (options.signal?.aborted) {
    await stop('fast')
    options.signal.throwIfAborted()
  }
  return { port, pid: child.pid as number, exited, stop }
}
