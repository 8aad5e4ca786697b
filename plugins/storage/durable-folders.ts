import { constants } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LRUCache } from 'lru-cache'
import { syncFolder, unless } from './disk-files.js'
import { nextFlight } from '../../core/concurrency/single-flight.js'

/** Maximum number of folders kept open: those to which uploads currently go, a few per tenant and month. */
const KEPT = 100
const GONE = ['ENOENT', 'ENOTDIR']

interface KeptFolder {
  handle: FileHandle
  inode: bigint
}

/**
 * Makes the names in folders below `root` survive a crash of the machine. A name is durable once its folder and all
 * folders above are synced; for a small file, that is most of the work. So concurrent writers share one sync, and
 * folders stay open. While a folder is open, no other folder can get its inode, so the same inode proves that it is
 * still the folder whose parents were synced before.
 */
export class DurableFolders {
  readonly #root: string
  readonly #kept = new LRUCache<string, KeptFolder>({
    max: KEPT,
    // Closing waits for syncs under way; later callers open the folder again. Nothing was written through the handle,
    // so an error does not matter.
    dispose: ({ handle }) => void handle.close().catch(() => undefined)
  })

  constructor(root: string) {
    this.#root = root
  }

  /** When this resolves, what was in the folder at the time of the call is durable. A missing folder needs no sync. */
  readonly sync = nextFlight(async (folder) => {
    if (process.platform === 'win32' || (await this.#syncKept(folder))) return
    this.#kept.delete(folder)
    const handle = await unless(GONE, open(folder, constants.O_RDONLY))
    if (handle === undefined) return
    try {
      const { ino } = await handle.stat({ bigint: true })
      // Syncs all folders above, not only new ones: another writer may just have created them, and not synced them yet.
      await Promise.all([handle.sync(), ...this.#above(folder).map(syncFolder)])
      this.#kept.set(folder, { handle, inode: ino })
    } catch (error) {
      await handle.close()
      throw error
    }
  })

  close(): void {
    this.#kept.clear()
  }

  /** @returns false if the folder is not kept open, or is now another one */
  async #syncKept(folder: string): Promise<boolean> {
    const kept = this.#kept.get(folder)
    if (kept === undefined) return false
    const [present, synced] = await Promise.all([
      unless(GONE, stat(folder, { bigint: true })),
      // It may have been closed to make room.
      unless(
        ['EBADF'],
        kept.handle.sync().then(() => true)
      )
    ])
    return synced === true && present?.ino === kept.inode
  }

  #above(folder: string): string[] {
    const folders = []
    for (let path = folder; path !== this.#root; path = dirname(path)) folders.push(dirname(path))
    return folders
  }
}
