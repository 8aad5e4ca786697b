import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { program } from '../program.js'
import type { FromHost, HostOptions, ToHost } from './messages.js'
import { postgresUrl, type PostgresAddress } from './postgres.js'

export interface ServicesOptions {
  postgres: boolean
  broker: boolean
  dataDir: string
  /** Additional PostgreSQL settings. */
  settings?: Record<string, string>
  /** For throw-away folders: removes the data folder once everything has stopped. */
  removeAfter?: boolean
  /** Receives what the user should know while the services start. */
  onNote?: (line: string) => void
  /** Cancels a running start; `startServices` then rejects with its reason. */
  signal?: AbortSignal
}

export interface Services {
  /** The host process. */
  pid: number
  postgres: PostgresAddress | undefined
  /** The superuser's URL of a database. @throws if PostgreSQL was not requested */
  databaseUrl(database: string): string
  /** As in KAFKA_BROKERS; undefined if the broker was not requested. */
  brokers: string | undefined
  /** Resolves with the reason if one of them ends without being stopped. */
  died: Promise<string>
  /** Stops them cleanly, in about 20 s at most; after `immediate` the next start needs crash recovery. */
  stop(how?: 'clean' | 'immediate'): Promise<void>
}

/** Milliseconds after which a host that does not stop is killed; longer than all its own deadlines together. */
const STOP_MS = 30_000

/** Starts the requested services in a host process, which also stops if this process dies. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  options.signal?.throwIfAborted()
  const host = startHost(options)
  const exited = once(host, 'exit')
  let stopping = false

  async function stop(how: 'clean' | 'immediate' = 'clean'): Promise<void> {
    stopping = true
    const message: ToHost = { type: 'stop', immediate: how === 'immediate' }
    if (host.connected) host.send(message, () => undefined)
    const stopped = await Promise.race([exited.then(() => true), delay(STOP_MS, false, { ref: false })])
    if (!stopped) host.kill('SIGKILL')
    await exited
  }

  const onAbort = () => void stop()
  options.signal?.addEventListener('abort', onAbort, { once: true })
  const outcome = await firstOutcome(host, options.onNote)
  options.signal?.removeEventListener('abort', onAbort)
  if (options.signal?.aborted || outcome.type !== 'ready') {
    await stop()
    options.signal?.throwIfAborted()
    throw new Error(outcome.type === 'ready' ? 'stopped' : outcome.text)
  }

  const { postgres, brokers } = outcome
  return {
    pid: host.pid as number,
    postgres,
    databaseUrl(database) {
      if (postgres === undefined) throw new Error('The embedded PostgreSQL was not requested')
      return postgresUrl(postgres, database)
    },
    brokers,
    died: ending(host, () => !stopping),
    stop
  }
}

function startHost(options: ServicesOptions): ChildProcess {
  const { postgres, broker, dataDir, settings = {}, removeAfter = false } = options
  const asked: HostOptions = { postgres, broker, dataDir, settings, removeAfter }
  return spawn(process.execPath, [...program('scripts/embedded/services'), JSON.stringify(asked)], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc']
  })
}

type Outcome = Exclude<FromHost, { type: 'note' }>

function firstOutcome(host: ChildProcess, onNote?: (line: string) => void): Promise<Outcome> {
  return new Promise((resolve) => {
    host.on('message', (message: FromHost) => {
      if (message.type === 'note') onNote?.(message.text)
      else resolve(message)
    })
    host.once('error', (error) => resolve({ type: 'failed', text: error.message }))
    host.once('exit', () =>
      resolve({ type: 'failed', text: 'The host of the embedded services ended unexpectedly' })
    )
  })
}

function ending(host: ChildProcess, unexpected: () => boolean): Promise<string> {
  return new Promise((resolve) => {
    host.on('message', (message: FromHost) => {
      if (message.type === 'died') resolve(message.text)
    })
    host.once('exit', () => {
      if (unexpected()) resolve('The host of the embedded services stopped unexpectedly')
    })
  })
}
