import { createHash, randomFillSync } from 'node:crypto'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'

const CHUNK = 1024 * 1024

/** A local file, with the size and hashes that the server should compute. */
export interface LocalFile {
  path: string
  name: string
  /** Bytes. */
  size: number
  md5: string
  sha256: string
}

/** Writes a file with a short text. */
export function makeTextFile(path: string, text: string): Promise<LocalFile> {
  return write(path, [Buffer.from(text)])
}

/** Writes a file of `size` random bytes, so that it cannot be compressed and no other file has the same content. */
export function makeRandomFile(path: string, size: number, signal: AbortSignal): Promise<LocalFile> {
  return write(path, randomChunks(size), signal)
}

async function write(path: string, chunks: Iterable<Buffer>, signal?: AbortSignal): Promise<LocalFile> {
  const md5 = createHash('md5')
  const sha256 = createHash('sha256')
  let size = 0
  const file = await open(path, 'wx', 0o600)
  try {
    for (const chunk of chunks) {
      signal?.throwIfAborted()
      md5.update(chunk)
      sha256.update(chunk)
      size += chunk.length
      await file.writeFile(chunk)
    }
  } finally {
    await file.close()
  }
  return { path, name: basename(path), size, md5: md5.digest('hex'), sha256: sha256.digest('hex') }
}

/** Yields the same buffer again and again, refilled for each chunk. */
function* randomChunks(size: number): Generator<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size))
  for (let left = size; left > 0; left -= CHUNK)
    yield randomFillSync(buffer).subarray(0, Math.min(left, CHUNK))
}
