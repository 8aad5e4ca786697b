import { join } from 'node:path'
import { makeDataFolder } from './data-folder.js'
import { lock } from './lock.js'
import { findBinaries } from './postgres-binaries.js'
import { createCluster, removeHalfMade } from './postgres-cluster.js'
import { stopLeftovers } from './postgres-leftovers.js'
import { locateCluster } from './postgres-location.js'
import { startServer } from './postgres-server.js'
import { exists, postgresUser } from './postgres-user.js'
import { readSecret, secretFile } from './secret-file.js'

export interface PostgresOptions {
  /** Holds the cluster (`postgres`) and its superuser's password (`postgres.password`). */
  dataDir: string
  /** Receives every line that the server prints. */
  log: (line: string) => void
  /** Receives what the user should know: a first initialisation, a leftover server being stopped, an unusual place. */
  note?: (line: string) => void
  /** Additional server settings. With `fsync: 'off'`, initdb does not sync either. */
  settings?: Record<string, string>
  /** Milliseconds to wait for an earlier server on this folder to stop; default 20 000. */
  lockWaitMs?: number
  signal?: AbortSignal
}

export interface EmbeddedPostgres {
  host: string
  port: number
  user: string
  password: string
  pid: number
  /** The URL of a database; without a name, of the maintenance database. */
  url(database?: string): string
  exited: Promise<void>
  stop(how?: 'fast' | 'immediate'): Promise<void>
}

const HOST = '127.0.0.1'
const SUPERUSER = 'postgres'
const LOCK_WAIT_MS = 20_000

/**
 * Starts a real PostgreSQL on `<dataDir>/postgres`, initialised on first use, on a free port of 127.0.0.1.
 * @throws {LockedError} if another living process uses the folder
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { log, note = () => undefined, settings = {}, signal } = options
  const dataDir = makeDataFolder(options.dataDir)
  const user = await postgresUser(join(dataDir, 'postgres'))
  const binaries = await findBinaries(user, note)
  const location = locateCluster(dataDir, user, note)
  const held = await lock(join(location.home, 'postgres.lock'), options.lockWaitMs ?? LOCK_WAIT_MS)
  try {
    const password = clusterPassword(dataDir, location.data)
    removeHalfMade(location)
    if (exists(location.data)) {
      await stopLeftovers(location.data, note)
    } else {
      note('Creating the PostgreSQL cluster (on the first start only)')
      const sync = settings['fsync'] !== 'off'
      await createCluster({ location, binaries, user, password, sync, log, ...(signal && { signal }) })
    }
    const server = await startServer({ data: location.data, binaries, user, settings, log, signal })
    return {
      host: HOST,
      port: server.port,
      user: SUPERUSER,
      password,
      pid: server.pid,
      url: (database = 'postgres') =>
        postgresUrl({ host: HOST, port: server.port, user: SUPERUSER, password }, database),
      exited: server.exited,
      async stop(how = 'fast') {
        await server.stop(how)
        held.release()
      }
    }
  } catch (error) {
    held.release()
    throw error
  }
}

/** The parts of the URL of any database on a server. */
export interface PostgresAddress {
  host: string
  port: number
  user: string
  password: string
}

export function postgresUrl({ host, port, user, password }: PostgresAddress, database: string): string {
  return `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(database)}`
}

/** Creates the password only before the cluster: an existing cluster accepts no other than its first one. */
function clusterPassword(dataDir: string, cluster: string): string {
  const file = join(dataDir, 'postgres.password')
  if (!exists(cluster) || readSecret(file) !== undefined) return secretFile(file)
  throw new Error(
    `${file} is missing, and the database in ${cluster} cannot be opened without it. Put it back, or remove both to start empty.`
  )
}
