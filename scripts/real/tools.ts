import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ATTEMPTS = 3
const RETRY_MS = 5_000
const OUTPUT_BYTES = 16 * 1024 * 1024

/** This machine lacks a program needed to download or run a server. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError'
}

/** Where downloaded programs are kept between runs. */
export const cacheFolder = (...path: string[]) =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'strongroom', ...path)

/** @throws {MissingToolError} naming the programs that cannot be run */
export async function requireTools(tools: { command: string; version: string }[]): Promise<void> {
  const missing: string[] = []
  for (const { command, version } of tools) await run(command, [version]).catch(() => missing.push(command))
  if (missing.length > 0)
    throw new MissingToolError(`${missing.join(' and ')} cannot be run here; install what is missing`)
}

/** Runs a program that downloads something, and retries it twice. @throws with its output */
export async function download(command: string, args: string[], environment = {}): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await run(command, args, { env: { ...process.env, ...environment }, maxBuffer: OUTPUT_BYTES })
      return
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
      if (attempt < ATTEMPTS) await delay(RETRY_MS)
      else throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
    }
  }
}
