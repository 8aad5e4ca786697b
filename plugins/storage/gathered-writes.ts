import type { FileHandle } from 'node:fs/promises'
import { onDisk } from './disk-files.js'

/** Bytes that are written at once: each write costs a round trip to a thread. */
const BLOCK = 256 * 1024

/** Appends chunks to a file, several at a time. @throws {AppError} STORAGE_UNAVAILABLE, and what `chunks` throws */
export async function writeGathered(file: FileHandle, chunks: AsyncIterable<Buffer>): Promise<void> {
  let held: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    held.push(chunk)
    size += chunk.length
    if (size < BLOCK) continue
    await onDisk(() => writeAll(file, held, size))
    held = []
    size = 0
  }
  if (size > 0) await onDisk(() => writeAll(file, held, size))
}

/** https://man7.org/linux/man-pages/man2/writev.2.html: it may write fewer bytes than there are. */
async function writeAll(file: FileHandle, chunks: Buffer[], size: number): Promise<void> {
  const { bytesWritten } = await file.writev(chunks)
  if (bytesWritten < size) await file.writeFile(Buffer.concat(chunks).subarray(bytesWritten))
}
