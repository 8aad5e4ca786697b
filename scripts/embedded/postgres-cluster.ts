import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PostgresBinaries } from './postgres-binaries.js'
import { postgresEnvironment, RecentLines } from './postgres-process.js'
import type { ClusterLocation } from './postgres-location.js'
import type { RunAs } from './postgres-user.js'

const TEMPORARY = 'postgres.new-'

export interface NewCluster {
  location: ClusterLocation
  binaries: PostgresBinaries
  user: RunAs
  password: string
  /** Whether initdb syncs everything to disk before it ends. */
  sync: boolean
  log: (line: string) => void
  signal?: AbortSignal
}

/** Removes the folders that interrupted runs of initdb left behind. Only for the holder of the cluster's lock. */
export function removeHalfMade(location: ClusterLocation): void {
  for (const name of readdirSync(location.home)) {
    if (name.startsWith(TEMPORARY)) {
      rmSync(join(location.home, name), { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

/** Creates a cluster in a temporary folder and renames it once initdb has finished: complete or not at all. */
export async function createCluster(cluster: NewCluster): Promise<void> {
  const { location, user } = cluster
  const temporary = mkdtempSync(join(location.home, TEMPORARY))
  try {
    const passwordFile = join(temporary, 'password')
    writeFileSync(passwordFile, cluster.password, { mode: 0o600 })
    if (user.uid !== undefined && user.gid !== undefined) {
      chownSync(passwordFile, user.uid, user.gid)
      chownSync(temporary, user.uid, user.gid)
    }
    await initdb(cluster, join(temporary, 'data'), passwordFile)
    renameSync(join(temporary, 'data'), location.data)
    if (cluster.sync) syncFolder(location.home)
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function initdb(cluster: NewCluster, data: string, passwordFile: string): Promise<void> {
  const args = [
    ['--pgdata', data],
    ['--username', 'postgres'],
    ['--pwfile', passwordFile],
    ['--auth', 'scram-sha-256'],
    ['--encoding', 'UTF8'],
    ['--lc-messages', 'C'],
    ...(await localeArguments()),
    ...(cluster.sync ? [] : [['--no-sync']])
  ].flat()
  const child = spawn(cluster.binaries.initdb, args, {
    ...cluster.user,
    ...(cluster.signal && { signal: cluster.signal }),
    cwd: '/',
    env: postgresEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const lines = new RecentLines(cluster.log)
  lines.read(child.stdout)
  lines.read(child.stderr)
  const [code, killedBy] = (await once(child, 'close')) as [number | null, string | null]
  if (code !== 0)
    throw new Error(`initdb failed (${killedBy ?? `exit code ${code ?? '?'}`}):\n${lines.text()}`)
}

/** The system's C.UTF-8 if it has one; otherwise PostgreSQL's own, which needs nothing from the system. */
async function localeArguments(): Promise<string[][]> {
  const installed = await promisify(execFile)('locale', ['-a']).then(
    ({ stdout }) => stdout.split(/\s+/),
    () => []
  )
  if (installed.some((name) => /^C\.utf-?8$/i.test(name))) return [['--locale', 'C.UTF-8']]
  return [
    ['--locale', 'C'],
    ['--locale-provider', 'builtin'],
    ['--builtin-locale', 'C.UTF-8']
  ]
}

/** Makes a rename in the folder survive a power cut. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
