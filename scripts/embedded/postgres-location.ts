import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  realpathSync,
  symlinkSync
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { canEnter, exists, type RunAs } from './postgres-user.js'

/** Where root keeps what the user `postgres` must reach and cannot reach in root's own folders. */
export const SHARED_ROOT = '/var/lib/strongroom'

/** A folder for one cluster: the cluster itself, its lock and the half-made one while it is initialised. */
export interface ClusterLocation {
  home: string
  data: string
}

/** Makes `SHARED_ROOT`, open for everybody to pass through whatever root's umask is. */
export function makeSharedFolder(): void {
  mkdirSync(SHARED_ROOT, { recursive: true })
  chmodSync(SHARED_ROOT, 0o755)
}

/**
 * The place of the cluster of a data folder: `<dataDir>/postgres`, or, where the user who runs PostgreSQL
 * cannot get into the data folder (below /root, say), a folder of its own in `SHARED_ROOT`, which
 * `<dataDir>/postgres` then links to. The link travels with the data folder and goes when that is deleted.
 */
export function locateCluster(dataDir: string, user: RunAs, note: (line: string) => void): ClusterLocation {
  const data = join(dataDir, 'postgres')
  const target = linkTarget(data)
  if (target !== undefined) return followLink(data, target)
  if (canEnter(dataDir, user)) return { home: dataDir, data }
  if (exists(data)) {
    throw new Error(
      `The user who owns ${data} (uid ${user.uid ?? 'unknown'}) cannot enter ${dataDir}. Open the folders above it (chmod a+x), or move the data folder back to where it was.`
    )
  }
  makeSharedFolder()
  const home = realpathSync(mkdtempSync(join(SHARED_ROOT, 'data-')))
  chmodSync(home, 0o711)
  // The link comes first: a start that dies between the two leaves a place that the next one goes on with.
  symlinkSync(join(home, 'postgres'), data)
  note(`PostgreSQL's data goes to ${home}, since the user postgres cannot enter ${dataDir}`)
  return { home, data: join(home, 'postgres') }
}

function followLink(link: string, target: string): ClusterLocation {
  const home = dirname(target)
  if (existsSync(home)) return { home: realpathSync(home), data: join(realpathSync(home), basename(target)) }
  throw new Error(
    `${link} leads to ${target}, which does not exist. Bring that folder back, or remove the link to start with an empty database.`
  )
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EINVAL') return undefined
    throw error
  }
}
