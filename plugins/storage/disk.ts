import { randomBytes } from 'node:crypto'
import { access, open, readdir, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { AppError } from '../../core/errors.js'
import { abortable } from '../../core/abortable.js'
import { createBatches } from '../../core/concurrency/batches.js'
import { filesBelow } from './disk-listing.js'
import {
  FILE_MODE,
  FOLDER_MODE,
  makeFolder,
  onDisk,
  publish,
  remove,
  removeEmptyFolders,
  unless
} from './disk-files.js'
import { closeBelow, modeOf, setMode } from './private-modes.js'
import { DurableFolders } from './durable-folders.js'
import { createLinkSigner, type LinkedObjects, type LinkSigner, type OpenObject } from './disk-links.js'
import type { Secrets } from '../../core/config/config.js'
import { createDiskPieces } from './disk-pieces.js'
import { writeGathered } from './gathered-writes.js'
import { assertObjectKey } from './object-key.js'
import type { ByteRange, DownloadOptions, ObjectStorage, StoredObject } from './object-storage.js'
import type { FilePieces } from './pieces.js'

export interface DiskOptions {
  /** The folder that holds the objects under their keys. */
  root: string
  /** Any secret of 32 bytes or more; the links are signed with a key derived from it. */
  signingSecrets: Secrets
  /** Where clients reach this server, without a trailing slash. */
  publicUrl: () => string
}

/**
 * Object storage in a folder, which several processes on one file system may share. Only `prepare` creates the folder.
 * If the folder vanishes later, its volume was unmounted: then nothing may be written in its place, and no object may
 * count as missing or deleted. Everything rejects with STORAGE_UNAVAILABLE until the folder is back.
 */
export class DiskStorage implements ObjectStorage, LinkedObjects {
  readonly pieces: FilePieces
  readonly #root: string
  readonly #temporaries: string
  readonly #folders: DurableFolders
  readonly #signer: LinkSigner
  readonly #publicUrl: () => string
  /**
   * The names of temporary files with a prefix. The folder has those of all tenants' unfinished uploads, so deletions that
   * happen at the same time share one reading of it.
   */
  readonly #temporariesOf = createBatches<string, string[], { id: string }>(
    async ({ id: folder }, prefixes) => {
      const names = await readdir(folder)
      return prefixes.map((prefix) => names.filter((name) => name.startsWith(prefix)))
    }
  )

  constructor(options: DiskOptions) {
    this.#root = resolve(options.root)
    this.#temporaries = join(this.#root, '.tmp')
    this.#folders = new DurableFolders(this.#root)
    this.#signer = createLinkSigner(options.signingSecrets)
    this.#publicUrl = options.publicUrl
    this.pieces = createDiskPieces({
      temporaries: this.#temporaries,
      pathOf: (key) => this.#pathOf(key),
      prefixOf: temporaryPrefix,
      syncFolderOf: (folder) => this.#folders.sync(folder)
    })
  }

  /**
   * Creates missing folders, and checks that they are writable. Closes the storage's folder to other users, and, only
   * once, everything in it; the mode of `.tmp` records that this is done.
   */
  async prepare(): Promise<void> {
    await onDisk(async () => {
      const before = await modeOf(this.#temporaries)
      await makeFolder(this.#temporaries)
      await setMode(this.#root, FOLDER_MODE)
      if (before === FOLDER_MODE) return
      await closeBelow(join(this.#root, 'tenants'))
      await closeBelow(this.#temporaries)
      await setMode(join(this.#root, 'tenants'), FOLDER_MODE)
      await setMode(this.#temporaries, FOLDER_MODE)
    })
    await this.ping()
  }

  async put(key: string, body: Buffer, signal?: AbortSignal): Promise<void> {
    await this.#write(key, signal, (file) => onDisk(() => file.writeFile(body)))
  }

  async putStream(key: string, body: AsyncIterable<Buffer>, signal?: AbortSignal): Promise<void> {
    await this.#write(key, signal, (file) => writeGathered(file, abortable(body, signal)))
  }

  async get(key: string, range?: ByteRange): Promise<Readable | null> {
    const object = await this.open(key)
    if (object === null) return null
    if (range === undefined || range.start < object.size) return object.read(range)
    await object.file.close()
    throw new AppError('RANGE_NOT_SATISFIABLE')
  }

  /**
   * Opens an object, or returns null if there is none. The caller must close the file, or read a stream of it to its
   * end.
   */
  async open(key: string): Promise<OpenObject | null> {
    const path = this.#pathOf(key)
    return onDisk(async () => {
      const file = await unless(['ENOENT', 'ENOTDIR'], open(path, 'r'))
      if (file === undefined) return this.#nothing()
      const stats = await file.stat({ bigint: true })
      if (!stats.isFile()) {
        await file.close()
        return null
      }
      const etag = `"${stats.ino.toString(36)}-${stats.mtimeNs.toString(36)}-${stats.size.toString(36)}"`
      const size = Number(stats.size)
      const whole = { start: 0, end: Math.max(size - 1, 0) }
      return {
        file,
        read: (range = whole) => file.createReadStream(range),
        size,
        modified: stats.mtime,
        etag
      }
    })
  }

  async stat(key: string): Promise<{ size: number } | null> {
    const path = this.#pathOf(key)
    return onDisk(async () => {
      const stats = await unless(['ENOENT', 'ENOTDIR'], stat(path))
      if (stats === undefined) return this.#nothing()
      return stats.isFile() ? { size: stats.size } : null
    })
  }

  async delete(key: string): Promise<void> {
    const path = this.#pathOf(key)
    await onDisk(async () => {
      // Temporary files first, so that a writer cannot move its file into place in between.
      const prefix = temporaryPrefix(key)
      const leftovers = await this.#temporariesOf({ id: this.#temporaries }, prefix)
      await Promise.all(leftovers.map((name) => remove(join(this.#temporaries, name))))
      await remove(path)
      await removeEmptyFolders(dirname(path), this.#root)
    })
  }

  async *list(prefix: string): AsyncGenerator<StoredObject, void> {
    await onDisk(() => this.#nothing())
    const files = filesBelow(join(this.#root, prefix))
    for (;;) {
      const step = await onDisk(() => files.next())
      if (step.done) return
      yield { key: prefix + step.value.path, size: step.value.size }
    }
  }

  async *listUnfinished(prefix: string): AsyncGenerator<string, void> {
    const keys = (await onDisk(() => readdir(this.#temporaries))).flatMap(
      (name) => keyOfTemporary(name) ?? []
    )
    yield* new Set(keys.filter((key) => key.startsWith(prefix)))
  }

  async signDownload(key: string, options: DownloadOptions): Promise<string> {
    assertObjectKey(key)
    return `${this.#publicUrl()}/objects/${key}?${this.#signer.sign(key, options)}`
  }

  follow(key: string, query: Record<string, unknown>) {
    const open = async () => {
      const object = await this.open(key)
      if (object === null) throw new AppError('FILE_NOT_FOUND')
      return object
    }
    return { headers: this.#signer.verify(key, query), open }
  }

  /** Writes a byte, so that a folder that is not writable is noticed. */
  async ping(): Promise<void> {
    await onDisk(async () => {
      const probe = join(this.#temporaries, 'ping')
      await writeFile(probe, '.', { mode: FILE_MODE })
      await rm(probe, { force: true })
    })
  }

  close(): void {
    // Every other operation closes what it opened.
    this.#folders.close()
  }

  async #write(
    key: string,
    signal: AbortSignal | undefined,
    fill: (file: FileHandle) => Promise<void>
  ): Promise<void> {
    const path = this.#pathOf(key)
    signal?.throwIfAborted()
    const temporary = join(this.#temporaries, temporaryPrefix(key) + randomBytes(8).toString('hex'))
    try {
      const file = await onDisk(() => open(temporary, 'wx', FILE_MODE))
      try {
        await fill(file)
        await onDisk(() => file.sync())
      } finally {
        await onDisk(() => file.close())
      }
      signal?.throwIfAborted()
      await onDisk(async () => {
        if (!(await publish(temporary, path))) throw new AppError('UPLOAD_INTERRUPTED')
        await this.#folders.sync(dirname(path))
      })
    } catch (error) {
      // If this fails, delete(key) removes the file later.
      await rm(temporary, { force: true }).catch(() => undefined)
      throw error
    }
  }

  /** Returns null, for "no such object"; rejects if the storage itself does not exist. */
  async #nothing(): Promise<null> {
    await access(this.#temporaries)
    return null
  }

  #pathOf(key: string): string {
    assertObjectKey(key)
    return join(this.#root, key)
  }
}

/**
 * What the names of a key's temporary files begin with: the same for every writer of the key, so that delete(key) finds
 * what a killed writer left behind. No key contains "~" or "@". File names have at most 255 bytes, so keys on disk have
 * at most 238; ours have about 130.
 */
function temporaryPrefix(key: string): string {
  return `${key.replaceAll('/', '~')}@`
}

/** The key that a temporary file belongs to. */
function keyOfTemporary(name: string): string | undefined {
  return /^(.+)@[0-9a-f]+$/.exec(name)?.[1]?.replaceAll('~', '/')
}

/** @see DiskStorage */
export function createDiskStorage(options: DiskOptions): DiskStorage {
  return new DiskStorage(options)
}
