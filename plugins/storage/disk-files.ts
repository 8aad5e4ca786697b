import { constants } from 'node:fs'
import { access, lstat, mkdir, open, rename, rmdir, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../core/errors.js'

/** Modes of the storage's folders and files: only the user that runs the process may access them. */
export const FOLDER_MODE = 0o700
export const FILE_MODE = 0o600

const RENAME_ATTEMPTS = 20

/** Runs file system work; any failure of the disk (ENOSPC, EIO, EACCES, …) becomes STORAGE_UNAVAILABLE. */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof AppError ? error : new AppError('STORAGE_UNAVAILABLE', { cause: error })
  }
}

/** The result of `work`, or undefined if it fails with one of these error codes. */
export async function unless<T>(codes: string[], work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (codes.includes(codeOf(error))) return undefined
    throw error
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? ''

/** Creates a folder with its parents; when this resolves, each of them survives a crash of the machine. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: FOLDER_MODE })
  if (first !== undefined) await syncFolders(dirname(path), dirname(first))
}

/**
 * Moves a finished temporary file to its place.
 * @param put moves it; by default, `rename`
 * @returns false if the temporary file was removed meanwhile
 */
export async function publish(temporary: string, path: string, put = rename): Promise<boolean> {
  const folder = dirname(path)
  for (let attempt = 1; ; attempt++) {
    try {
      // The folder almost always exists.
      if (attempt > 1) await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
      await put(temporary, path)
      return true
    } catch (error) {
      // The deletion of a folder's last object may just have removed the folder; mkdir reports ENOTDIR if that happens
      // in the middle of a path.
      const raced = codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'
      if (!raced || attempt === RENAME_ATTEMPTS) throw error
      if (!(await exists(temporary))) return false
    }
  }
}

/** Removes a file if it exists; when this resolves, the removal survives a crash of the machine. */
export async function remove(path: string): Promise<void> {
  try {
    await unless(['ENOENT', 'ENOTDIR', 'EISDIR'], unlink(path))
  } catch (error) {
    // macOS reports EPERM for a folder, Linux for a file that may not be removed.
    if (codeOf(error) !== 'EPERM' || !(await lstat(path)).isDirectory()) throw error
  }
  await syncFolder(dirname(path))
}

/** Removes a folder and its parents below `root`, as far as they are empty. Best effort: empty folders cost nothing. */
export async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let path = folder; path !== root; path = dirname(path)) {
    try {
      await rmdir(path)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') return
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return (
    (await unless(
      ['ENOENT'],
      access(path, constants.F_OK).then(() => true)
    )) ?? false
  )
}

/** From `folder` up to `top`, both included. */
async function syncFolders(folder: string, top: string): Promise<void> {
  const folders = [folder]
  for (let path = folder; path !== top; path = dirname(path)) folders.push(dirname(path))
  await Promise.all(folders.map(syncFolder))
}

/** fsync(2): a name in a folder is durable only once the folder itself is synced. A missing folder needs no sync. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await unless(['ENOENT', 'ENOTDIR'], open(path, constants.O_RDONLY))
  if (folder === undefined) return
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
