import { accessSync, chmodSync, constants, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs'

/** What Strongroom puts into a data folder. */
const OURS = /^(lock|objects|postgres|runtime\.json|services\.log|jwt-secret|tenant-role-secret)/

/**
 * Makes the data folder where it is missing. It can be listed by its owner alone; where root owns it, others may pass
 * through, since PostgreSQL then runs as the user `postgres` in a folder inside. One that was there before is closed
 * in the same way when nothing is in it but ours: DATA_DIR may name a folder that others have a part in.
 * @returns its path without links, as the system names the working folder of a server
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

/** Takes away what a mode allows beyond `most`, where the folder is ours. */
function closeOurs(dataDir: string, most: number): void {
  const { mode, uid } = statSync(dataDir)
  if ((mode & 0o777 & ~most) === 0 || uid !== process.getuid?.()) return
  const names = readdirSync(dataDir)
  if (names.length > 0 && names.every((name) => OURS.test(name))) chmodSync(dataDir, mode & most)
}
