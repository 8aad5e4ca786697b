import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readEnvironment } from '../../core/config/config.js'
import { identify } from '../embedded/process-identity.js'
import type { Runtime } from '../start/runtime-file.js'
import type { TourOptions } from './options.js'
import { note } from './print.js'

/** The server that the tour uses. */
export interface Server {
  url: string
  /** Undefined if unknown; events can then not be read. */
  brokers: string | undefined
  topicPrefix: string
  /** Its data folder, if that is on this machine. */
  dataDir: string | undefined
}

const ANSWER_MS = 20_000

/**
 * The server that the user names, or the running `npm start`; undefined if there is none.
 * @throws an Error if the named or recorded server does not answer
 */
export async function findServer(
  { url, brokers }: TourOptions,
  signal: AbortSignal
): Promise<Server | undefined> {
  const environment = readEnvironment()
  const dataDir = resolve(environment['DATA_DIR'] ?? '.data')
  const topicPrefix = environment['KAFKA_TOPIC_PREFIX'] ?? ''
  const runtime = readRuntime(dataDir)
  const isRuntime = runtime !== undefined && (url === undefined || sameOrigin(url, runtime.url))

  if (!isRuntime && url === undefined) return undefined
  const server = {
    url: url ?? (runtime as Runtime).url,
    brokers: brokers ?? (isRuntime ? runtime.brokers : undefined),
    topicPrefix,
    dataDir: isRuntime ? dataDir : undefined
  }
  await checkAnswers(server.url, signal)
  note(`A server runs at ${server.url}; the tour uses it.`)
  return server
}

/** What the running launcher of this data folder has written; undefined if none runs. */
export function readRuntime(dataDir: string): Runtime | undefined {
  try {
    const runtime = JSON.parse(readFileSync(join(dataDir, 'runtime.json'), 'utf8')) as Runtime
    return identify(runtime.pid) === undefined ? undefined : runtime
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function checkAnswers(url: string, signal: AbortSignal): Promise<void> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
  const status = await fetch(`${url}/health/live`, { signal: patience }).then(
    (response) => response.status,
    (error: unknown) => (error as { cause?: NodeJS.ErrnoException }).cause?.code ?? 'no answer'
  )
  signal.throwIfAborted()
  if (status !== 200) throw new Error(`No Strongroom server answers at ${url} (GET /health/live: ${status}).`)
}

const sameOrigin = (one: string, other: string) => new URL(one).origin === new URL(other).origin
