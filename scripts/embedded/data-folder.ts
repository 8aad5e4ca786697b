import { accessSync, chmodSync, constants, mkdirSync, realpathSync } from 'node:fs'

/**
 * Makes the data folder where it is missing. A new one can be listed by its owner alone; where root owns it,
 * others may pass through, since PostgreSQL then runs as the user `postgres` in a folder inside.
 * @returns its path without links, as the system names the working folder of a server
 */
export function makeDataFolder(dataDir: string): string {
  try {
    const made = mkdirSync(dataDir, { recursive: true }) !== undefined
    if (made) chmodSync(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700)
    accessSync(dataDir, constants.W_OK)
    return realpathSync(dataDir)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(
      `The data folder ${dataDir} cannot be written to (${code ?? String(error)}). Choose another one with DATA_DIR.`
    )
  }
}
