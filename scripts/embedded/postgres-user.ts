import { execFile, spawnSync } from 'node:child_process'
import { lstatSync, statSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The user who runs PostgreSQL: options for `spawn`. Empty: the current user. */
export interface RunAs {
  uid?: number
  gid?: number
}

const NAME = 'postgres'

/**
 * PostgreSQL refuses to run as root. So root runs it as the owner of the existing cluster, or as the user `postgres`,
 * which is created if missing; everyone else runs it as themselves.
 * @param cluster the cluster's folder, if it exists
 */
export async function postgresUser(cluster: string): Promise<RunAs> {
  const owner = statSync(cluster, { throwIfNoEntry: false })
  if (process.getuid?.() !== 0) {
    if (owner !== undefined && owner.uid !== process.getuid?.()) {
      throw new Error(
        `${cluster} belongs to another user (uid ${owner.uid}). Start as that user or as root, or choose another folder with DATA_DIR.`
      )
    }
    return {}
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  return (await lookUp()) ?? (await create())
}

/** Whether that user can pass through a folder. Asks the system itself, since modes do not show ACLs. */
export function canEnter(folder: string, user: RunAs): boolean {
  const shell = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], {
    cwd: '/',
    stdio: 'ignore',
    ...user
  })
  return shell.status === 0
}

/** Whether anything has this name, even a dangling link. */
export function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

async function lookUp(): Promise<Required<RunAs> | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined
  }
}

async function create(): Promise<Required<RunAs>> {
  const why = await run('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/',
    NAME
  ]).then(
    () => 'it still does not exist',
    (error: unknown) => (error instanceof Error ? error.message.trim() : String(error))
  )
  // Looked up even after a failure: another start may have created it at the same moment.
  const user = await lookUp()
  if (user !== undefined) return user
  throw new Error(
    `PostgreSQL does not run as root, and the user ${NAME} could not be created (${why}). ` +
      `Create it (useradd --system ${NAME}), start as an ordinary user, or set DATABASE_URL to a server of yours.`
  )
}
