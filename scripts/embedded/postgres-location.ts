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

/** Where root keeps files that the user `postgres` must reach, since that user cannot enter root's own folders. */
export const SHARED_ROOT = '/var/lib/strongroom'

/** One cluster (`data`), and the folder (`home`) that holds it, its lock, and the unfinished cluster during initdb. */
export interface ClusterLocation {
  home: string
  data: string
}

/** Creates `SHARED_ROOT` so that everyone can enter it, whatever root's umask is. */
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
