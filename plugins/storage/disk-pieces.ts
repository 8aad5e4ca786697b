import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, link, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../core/errors.js'
import { FILE_MODE, onDisk, publish, remove, syncFolder, unless } from './disk-files.js'
import type { FilePieces, PieceFile } from './pieces.js'

export interface DiskPiecesOptions {
  temporaries: string
  /** The path of a key's object. @throws {TypeError} if it is not a key */
  pathOf: (key: string) => string
  /** The prefix of the names of an object's temporary files. */
  prefixOf: (key: string) => string
  /** Makes the names in a folder durable. */
  syncFolderOf: (folder: string) => Promise<void>
}

/** The rest of the file's name, after the prefix of a key; copies have a random one. */
const PIECES = '0'
const COPY_BYTES = 1024 * 1024

/** Writes the pieces of an object into one temporary file. */
export function createDiskPieces(options: DiskPiecesOptions): FilePieces {
  const { temporaries, pathOf, prefixOf, syncFolderOf } = options
  const fileOf = (key: string) => join(temporaries, prefixOf(key) + PIECES)

  /** Returns null, for "no such file"; rejects if the storage itself does not exist. */
  async function mounted(): Promise<null> {
    await access(temporaries)
    return null
  }

  /** Removes the copies that attempts have made of the pieces. */
  async function removeCopies(key: string): Promise<void> {
    const prefix = prefixOf(key)
    const names = (await readdir(temporaries)).filter(
      (name) => name.startsWith(prefix) && name !== prefix + PIECES
    )
    await Promise.all(names.map((name) => remove(join(temporaries, name))))
  }

  /** Moves a file to the path of the object. */
  async function put(file: string, key: string, move: typeof rename): Promise<void> {
    // Another attempt has published the pieces or removed this copy. That is not final: the next attempt finds the
    // object, or makes another copy.
    if (!(await publish(file, pathOf(key), move))) throw new AppError('STORAGE_UNAVAILABLE')
    await syncFolderOf(dirname(pathOf(key)))
  }

  async function publishCopy(key: string, pieces: FileHandle, length: number): Promise<void> {
    // Attempts that were killed leave theirs behind, and a full disk needs the space. An attempt that still runs
    // because it was frozen makes another one.
    await removeCopies(key)
    const copy = join(temporaries, prefixOf(key) + randomBytes(8).toString('hex'))
    try {
      const file = await open(copy, 'wx', FILE_MODE)
      try {
        await copyExactly(pieces, file, length)
        await file.sync()
      } finally {
        await file.close()
      }
      // Never replaces an object: another process may have published its own copy already, and committed it.
      await put(copy, key, async (from, to) => {
        await unless(['EEXIST'], link(from, to))
      })
    } catch (error) {
      // If this fails, the next attempt removes the copy.
      await rm(copy, { force: true }).catch(() => undefined)
      throw error
    }
    await removeCopies(key)
    await remove(fileOf(key))
  }

  return {
    kind: 'file',
    async open(key, create) {
      pathOf(key)
      const flags = constants.O_WRONLY | (create ? constants.O_CREAT : 0)
      return onDisk(async () => {
        const file = await unless(create ? [] : ['ENOENT'], open(fileOf(key), flags, FILE_MODE))
        if (file === undefined) return mounted()
        if (create) await syncFolder(temporaries)
        return pieceFile(file)
      })
    },
    publish: (key, length, clean) =>
      onDisk(async () => {
        const pieces = await unless(['ENOENT'], open(fileOf(key), 'r+'))
        if (pieces === undefined) {
          const object = await unless(['ENOENT', 'ENOTDIR'], stat(pathOf(key)))
          await mounted()
          if (object?.size !== length) throw new AppError('UPLOAD_INTERRUPTED')
          return
        }
        try {
          if ((await pieces.stat()).size < length) throw new AppError('UPLOAD_INTERRUPTED')
          if (!clean) {
            await publishCopy(key, pieces, length)
            return
          }
          await pieces.truncate(length)
          await pieces.sync()
        } finally {
          await pieces.close()
        }
        await put(fileOf(key), key, rename)
      }),
    async discard(key) {
      pathOf(key)
      await onDisk(() => remove(fileOf(key)))
    }
  }
}

const pieceFile = (file: FileHandle): PieceFile => ({
  write: (bytes, position) => onDisk(() => writeAll(file, bytes, position)),
  sync: () => onDisk(() => file.datasync()),
  close: () => onDisk(() => file.close())
})

/** A single write may take only some of the bytes. */
async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0
  while (written < bytes.length)
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten
}

async function copyExactly(from: FileHandle, to: FileHandle, length: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(COPY_BYTES, length))
  let at = 0
  while (at < length) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, length - at), at)
    if (bytesRead === 0) throw new AppError('UPLOAD_INTERRUPTED')
    await writeAll(to, buffer.subarray(0, bytesRead), at)
    at += bytesRead
  }
}
