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

/** Root's place for what the user `postgres` must reach but cannot reach in root's own folders. */
export const SHARED_ROOT = '/var/lib/strongroom'

/** A folder for one cluster: the cluster itself, its lock, and the unfinished one during initialisation. */
export interface ClusterLocation {
  home: string
  data: string
}

/** Creates `SHARED_ROOT`, open for everyone to pass through, whatever root's umask is. */
export function makeSharedFolder(): void {
  mkdirSync(SHARED_ROOT, { recursive: true })
  chmodSync(SHARED_ROOT, 0o755)
}

/**
 * The place of a data folder's cluster: `<dataDir>/postgres`, or, if the user who runs PostgreSQL cannot enter the data
 * folder (below /root, say), its own folder in `SHARED_ROOT`, to which `<dataDir>/postgres` then links. The link moves
 * with the data folder and disappears with it.
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
  // The link comes first: if a start dies between the two, the next one continues from there.
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
