import type { ContentIdentity } from '../../../db/tenant/uploads-repository.js'
import type { Hashing } from '../../../plugins/hashing/hashing.js'
import { HEAD_BYTES } from '../uploads/mime-type.js'

/** Reads content to its end. @returns what it is, and its first bytes */
export async function readContent(
  chunks: AsyncIterable<Buffer>,
  hashing: Hashing
): Promise<{ content: ContentIdentity; head: Buffer }> {
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
