import { accessSync, chmodSync, constants, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs'

/** The files that Strongroom creates in a data folder. */
const OURS =
  /^(lock|mails|objects|postgres|runtime\.json|services\.log|jwt-secret|secrets-key|tenant-role-secret)/

/**
 * Creates the data folder if it is missing. Only its owner may list it; if root owns it, others may pass through, since
 * PostgreSQL then runs as the user `postgres` in a folder inside. An existing folder is restricted in the same way only
 * if all its files are Strongroom's, since DATA_DIR may name a folder that others share.
 * @returns its path with links resolved, as the system reports a server's working folder
 */
export function makeDataFolder(dataDir: string): string {
  try {
    const most = process.getuid?.() === 0 ? 0o711 : 0o700
    if (mkdirSync(dataDir, { recursive: true }) !== undefined) chmodSync(dataDir, most)
    else closeOurs(dataDir, most)
    accessSync(dataDir, constants.W_OK)
    return realpathSync(dataDir)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(
      `The data folder ${dataDir} is not writable (${code ?? String(error)}). Choose another one with DATA_DIR.`
    )
  }
}

/** Removes permissions beyond `most`, if all files in the folder are Strongroom's. */
function closeOurs(dataDir: string, most: number): void {
  const { mode, uid } = statSync(dataDir)
  if ((mode & 0o777 & ~most) === 0 || uid !== process.getuid?.()) return
  const names = readdirSync(dataDir)
  if (names.length > 0 && names.every((name) => OURS.test(name))) chmodSync(dataDir, mode & most)
}
