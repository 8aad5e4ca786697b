/**
 * The host process of the embedded services. It has its own process group, so that a Ctrl-C in the terminal does not
 * take the database from an API that is still draining, and it outlives a killed launcher just long enough to stop
 * everything cleanly. Started by `start-services.ts`.
 */
import { createWriteStream, fchmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startBroker, type EmbeddedBroker } from './broker.js'
import { makeDataFolder } from './data-folder.js'
import type { FromHost, HostOptions, ToHost } from './messages.js'
import { startPostgres, type EmbeddedPostgres } from './postgres.js'

const options = JSON.parse(process.argv[2] ?? '{}') as HostOptions
const aborted = new AbortController()
let postgres: EmbeddedPostgres | undefined
let broker: EmbeddedBroker | undefined

makeDataFolder(options.dataDir)
const logFile = createWriteStream(join(options.dataDir, 'services.log'), { mode: 0o600 })
// The mode above applies only to a new file.
logFile.once('open', (descriptor: number) => fchmodSync(descriptor, 0o600))
const log = (line: string) => void logFile.write(`${line}\n`)

/** Resolves when the message is sent, or if the parent can no longer receive it. */
function tell(message: FromHost): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve()
    else process.send(message, () => resolve())
  })
}

async function start(): Promise<void> {
  const note = (text: string) => void tell({ type: 'note', text })
  const results = await Promise.allSettled([
    options.postgres &&
      startPostgres({
        dataDir: options.dataDir,
        settings: options.settings,
        log,
        note,
        signal: aborted.signal
      }).then((started) => (postgres = started)),
    options.broker && startBroker({ log }).then((started) => (broker = started))
  ])
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : []
  )
  if (reasons.length > 0) {
    throw new Error(
      reasons.map((reason) => (reason instanceof Error ? reason.message : String(reason))).join('\n')
    )
  }
}

let stopping: Promise<void> | undefined

function stop(exitCode: number, immediate: boolean): Promise<void> {
  if (immediate) void postgres?.stop('immediate')
  return (stopping ??= stopAll(exitCode, immediate))
}

async function stopAll(exitCode: number, immediate: boolean): Promise<void> {
  aborted.abort()
  await starting
  await broker?.stop()
  await postgres?.stop(immediate ? 'immediate' : 'fast')
  if (options.removeAfter) rmSync(options.dataDir, { recursive: true, force: true, maxRetries: 5 })
  process.exit(exitCode)
}

process.on('message', (message: ToHost) => void stop(0, message.immediate))
process.on('disconnect', () => void stop(0, false))
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => void stop(0, false))

const starting = start().then(
  async () => {
    await tell({
      type: 'ready',
      ...(postgres && {
        postgres: {
          host: postgres.host,
          port: postgres.port,
          user: postgres.user,
          password: postgres.password
        }
      }),
      ...(broker && { brokers: broker.brokers })
    })
    void postgres?.exited.then(async () => {
      if (stopping !== undefined) return
      await tell({
        type: 'died',
        text: `PostgreSQL stopped unexpectedly; see ${logFile.path.toString()}`
      })
      await stop(1, false)
    })
  },
  async (error: unknown) => {
    if (stopping !== undefined) return
    await tell({ type: 'failed', text: error instanceof Error ? error.message : String(error) })
    void stop(1, false)
  }
)
