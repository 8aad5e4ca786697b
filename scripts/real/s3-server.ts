import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { onFreePorts } from '../embedded/ports.js'
import { cacheFolder, download, requireTools } from './tools.js'

const MODULE = 'github.com/versity/versitygw/cmd/versitygw'
const VERSION = 'v1.8.0'
const START_MS = 300_000
const RETRY_MS = 100

export interface RealS3Server {
  /** The variables that the tests read. */
  environment: Record<string, string>
  stop(): Promise<void>
}

/**
 * The S3 server `versitygw`, built from its Go module, or from the cache.
 * @returns the path of the program
 * @throws {MissingToolError} without Go. A failed download is another error, so that it is not taken for a reason to skip
 */
export async function buildS3Server(say: (line: string) => void): Promise<string> {
  await requireTools([{ command: 'go', version: 'version' }])
  const folder = cacheFolder('versitygw', VERSION)
  const program = join(folder, 'versitygw')
  if (existsSync(program)) return program
  say('Building the S3 server with Go, which takes a minute or two')
  const partial = `${folder}.${process.pid}`
  mkdirSync(partial, { recursive: true })
  try {
    await download('go', ['install', `${MODULE}@${VERSION}`], { GOBIN: partial })
    mkdirSync(folder, { recursive: true })
    renameSync(join(partial, 'versitygw'), program)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return program
}

/** Starts the server on a free port with its data in `folder`, and waits until it answers. */
export function startS3Server(program: string, folder: string): Promise<RealS3Server> {
  return onFreePorts(1, ([port]) => startOn(`127.0.0.1:${port}`, program, folder))
}

async function startOn(address: string, program: string, folder: string): Promise<RealS3Server> {
  const [objects, metadata] = [join(folder, 'objects'), join(folder, 'metadata')]
  for (const path of [objects, metadata]) mkdirSync(path, { recursive: true })
  const [accessKey, secretKey] = ['strongroom', 'strongroom-secret']
  const accounts = join(folder, 'accounts')
  mkdirSync(accounts, { recursive: true })
  const options = [
    '--iam-dir',
    accounts,
    '--port',
    address,
    '--access',
    accessKey,
    '--secret',
    secretKey,
    '--health',
    '/health'
  ]
  // Metadata in separate files: not every file system has extended attributes.
  const backend = ['--quiet', '--keep-alive', 'posix', '--sidecar', metadata, objects]
  const child = spawn(program, [...options, ...backend], { stdio: ['ignore', 'ignore', 'inherit'] })
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGKILL')
    await exited
  }
  await answering(`http://${address}/health`, () => child.exitCode !== null).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return {
    environment: {
      TEST_S3_ENDPOINT: `http://${address}`,
      TEST_S3_PROGRAM: program,
      TEST_S3_ACCESS_KEY_ID: accessKey,
      TEST_S3_SECRET_ACCESS_KEY: secretKey
    },
    stop
  }
}

async function answering(url: string, ended: () => boolean): Promise<void> {
  const end = performance.now() + START_MS
  while (performance.now() < end && !ended()) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await delay(RETRY_MS)
  }
  throw new Error('The S3 server did not start')
}
