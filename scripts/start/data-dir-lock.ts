import { join } from 'node:path'
import { makeDataFolder } from '../embedded/data-folder.js'
import { lock, LockedError, type Lock } from '../embedded/lock.js'
import { signal, waitUntilGone } from '../embedded/process-identity.js'

/**
 * Locks the data folder for this launcher, and waits until the processes that a killed launcher left running are gone.
 * @param leftoverMs milliseconds for a killed launcher's API and worker to finish by themselves
 * @throws an error naming the process that uses the folder
 */
export async function lockDataDir(
  dataDir: string,
  leftoverMs: number,
  say: (line: string) => void
): Promise<Lock> {
  makeDataFolder(dataDir)
  const held = await take(dataDir)
  process.once('exit', () => held.release())
  if (held.leftovers.length > 0) {
    say(`Waiting for an earlier run to finish (pid ${held.leftovers.map(({ pid }) => pid).join(', ')})`)
    for (const process of await waitUntilGone(held.leftovers, leftoverMs)) signal(process, 'SIGKILL')
  }
  return held
}

async function take(dataDir: string): Promise<Lock> {
  try {
    return await lock(join(dataDir, 'lock'))
  } catch (error) {
    if (!(error instanceof LockedError)) throw error
    throw new Error(
      `The data folder ${dataDir} is in use by process ${error.pid}, which runs Strongroom. Stop that process first, or choose another folder with DATA_DIR.`
    )
  }
}
