import { chmod, lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { FILE_MODE, FOLDER_MODE, unless } from './disk-files.js'

/** The permissions of a file or folder; undefined if it does not exist. */
export async function modeOf(path: string): Promise<number | undefined> {
  const stats = await unless(['ENOENT', 'ENOTDIR'], lstat(path))
  return stats && stats.mode & 0o777
}

/** Sets permissions. Skips what no longer exists, and what belongs to another user. */
export async function setMode(path: string, mode: number): Promise<void> {
  await unless(['ENOENT', 'ENOTDIR', 'EPERM'], chmod(path, mode))
}

/** Closes everything below a folder to other users, one chmod after another. */
export async function closeBelow(folder: string): Promise<void> {
  const directory = await unless(['ENOENT', 'ENOTDIR'], opendir(folder, { bufferSize: 1000 }))
  if (directory === undefined) return
  for await (const entry of directory) {
    const path = join(folder, entry.name)
    if (entry.isFile()) await setMode(path, FILE_MODE)
    if (!entry.isDirectory()) continue
    await setMode(path, FOLDER_MODE)
    await closeBelow(path)
  }
}
