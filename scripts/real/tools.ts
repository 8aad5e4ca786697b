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

interface Tool {
  command: string
  /** The option with which it prints its version. */
  version: string
  /** The oldest version that will do, of a program that prints its own in quotes, as Java does. */
  atLeast?: number
}

/** @throws {MissingToolError} naming the programs that cannot be run, or are too old */
export async function requireTools(tools: Tool[]): Promise<void> {
  const missing: string[] = []
  for (const tool of tools)
    if (!(await isThere(tool)))
      missing.push(tool.atLeast === undefined ? tool.command : `${tool.command} ${tool.atLeast} or later`)
  if (missing.length > 0)
    throw new MissingToolError(`${missing.join(' and ')} cannot be run here; install what is missing`)
}

async function isThere({ command, version, atLeast = 0 }: Tool): Promise<boolean> {
  try {
    const { stdout, stderr } = await run(command, [version])
    return atLeast === 0 || Number(/"(\d+)/.exec(stdout + stderr)?.[1]) >= atLeast
  } catch {
    return false
  }
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
