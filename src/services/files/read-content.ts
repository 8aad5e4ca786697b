import type { ContentIdentity } from '../../../db/tenant/uploads-repository.js'
import type { Hashing } from '../../../plugins/hashing/hashing.js'
import { abortable } from '../../../core/abortable.js'
import type { TenantStorage } from '../../../plugins/storage/tenant-storage.js'
import { HEAD_BYTES } from '../uploads/mime-type.js'
import { objectBytes } from './object-bytes.js'

/** The digests and size of content, and its first bytes. */
export interface ReadContent {
  content: ContentIdentity
  head: Buffer
}

/**
 * Reads a stored object to its end. Stops at once when the signal aborts, even while the storage does not answer.
 * @returns null if there is no such object
 * @throws {AppError} STORAGE_UNAVAILABLE; the signal's reason
 */
export async function readObject(
  storage: TenantStorage,
  key: string,
  hashing: Hashing,
  signal: AbortSignal
): Promise<ReadContent | null> {
  const found = { isMissing: false }
  async function* chunks(): AsyncGenerator<Buffer, void> {
    const stream = await storage.get(key)
    if (stream === null) found.isMissing = true
    else yield* objectBytes(stream, signal)
  }
  const read = await readContent(abortable(chunks(), signal), hashing)
  return found.isMissing ? null : read
}

/** Reads content to its end. */
async function readContent(chunks: AsyncIterable<Buffer>, hashing: Hashing): Promise<ReadContent> {
  const hash = hashing.start()
  try {
    let head = Buffer.alloc(0)
    for await (const chunk of chunks) {
      await hash.update(chunk)
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)])
    }
    return { content: await hash.digest(), head }
  } finally {
    hash.discard()
  }
}
