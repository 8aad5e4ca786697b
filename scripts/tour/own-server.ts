import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { loadConfig, SETTINGS } from '../../core/config/config.js'
import { program } from '../program.js'
import type { Runtime } from '../start/runtime-file.js'
import { readRuntime, type Server } from './find-server.js'
import { aside } from './print.js'

const POLL_MS = 100
/** Milliseconds that the launcher has to exit after a request to stop at once. */
const FORCE_MS = 5_000
const KEPT_LINES = 30

export interface OwnServer extends Server {
  dataDir: string
  /** The last lines it printed. */
  log(): string[]
  /** Kills the API by SIGKILL, and starts everything again at the same address. */
  killAndRestart: () => Promise<void>
}

/** A server that the tour runs, from the moment its start begins. */
export interface Starting {
  ready: Promise<OwnServer>
  /** Stops it and its services. @param forced when aborted, stops at once */
  stop(forced: AbortSignal): Promise<void>
}

/**
 * Starts `npm start` on a free port, with everything embedded and all settings at their defaults, whatever the
 * environment and the file `.env` say: the tour must not leave its people and tenants in a real database.
 */
export async function startOwnServer(
  dataDir: string,
  largestFile: number,
  signal: AbortSignal
): Promise<Starting> {
  const settings = {
    ...Object.fromEntries(SETTINGS.map((name) => [name, ''])),
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    DATA_DIR: dataDir,
    MAX_UPLOAD_BYTES: String(Math.max(largestFile, defaultUploadLimit()))
  }
  const lines: string[] = []
  let quiet = false

  function launch(port: string) {
    const child = spawnLauncher({ ...settings, PORT: port })
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        if (lines.push(line) > KEPT_LINES) lines.shift()
        if (line === '') quiet = true
        if (!quiet) aside(line)
      })
    }
    return { child, exited: once(child, 'exit').catch((error: unknown) => error) }
  }
  let launched = launch('0')

  async function waitUntilReady(): Promise<Runtime> {
    for (;;) {
      signal.throwIfAborted()
      if (await Promise.race([launched.exited.then(() => true), delay(POLL_MS, false)])) {
        throw new Error(`The server could not be started:\n${lines.join('\n')}`)
      }
      const runtime = readRuntime(dataDir)
      if (runtime) return runtime
    }
  }

  async function start(): Promise<OwnServer> {
    const { url, brokers } = await waitUntilReady()
    const server: OwnServer = {
      ...{ url, brokers, topicPrefix: '', dataDir, log: () => [...lines] },
      async killAndRestart() {
        const runtime = readRuntime(dataDir)
        if (runtime === undefined) throw new Error('The server is no longer running')
        process.kill(runtime.api_pid, 'SIGKILL')
        // The launcher then stops the rest.
        await launched.exited
        launched = launch(new URL(url).port)
        server.brokers = (await waitUntilReady()).brokers
      }
    }
    return server
  }

  return {
    ready: start(),
    async stop(forced) {
      const { child, exited } = launched
      quiet = true
      child.kill('SIGTERM')
      forced.addEventListener('abort', () => void force(child, exited), { once: true })
      await exited
    }
  }
}

/** In its own process group, so that a Ctrl-C in the terminal reaches only the tour. */
function spawnLauncher(settings: Record<string, string>): ChildProcess {
  return spawn(process.execPath, program('scripts/tour/launcher'), {
    detached: true,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
}

/** The launcher takes a second signal as a request to stop at once. */
async function force(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM')
  if (await Promise.race([exited.then(() => true), delay(FORCE_MS, false, { ref: false })])) return
  child.kill('SIGKILL')
}

function defaultUploadLimit(): number {
  const needed = {
    DATABASE_URL: 'postgres://embedded',
    KAFKA_BROKERS: 'embedded:1',
    JWT_SECRET: 'x'.repeat(32),
    SECRETS_KEY: Buffer.alloc(32).toString('base64'),
    TENANT_ROLE_SECRET: 'x'.repeat(32)
  }
  return loadConfig(needed).upload.maxBytes
}
