import { AppError } from '../../../core/errors.js'
import type { ContentHash } from '../../../plugins/hashing/hashing.js'
import { HEAD_BYTES } from './mime-type.js'

/** The bytes of an upload on their way: hashed, counted and cut off where they become too many. */
export interface IncomingBytes {
  chunks: AsyncGenerator<Buffer, void>
  /** The first bytes of what has passed so far. */
  head(): Buffer
  /** Cuts off also where the tenant's room ends; null: it does not. */
  limitTo(room: number | null): void
}

/**
 * @throws {AppError} FILE_TOO_LARGE, QUOTA_EXCEEDED, and what `source` throws, from `chunks`
 */
export function createIncomingBytes(
  source: AsyncIterable<Buffer>,
  hash: ContentHash,
  maxBytes: number
): IncomingBytes {
  let head = Buffer.alloc(0)
  let room: number | null = null

  function check(): void {
    if (hash.fileSize > maxBytes) throw fileTooLarge(maxBytes)
    if (room !== null && hash.fileSize > room) throw new AppError('QUOTA_EXCEEDED')
  }

  async function* measured(): AsyncGenerator<Buffer, void> {
    for await (const chunk of source) {
      await hash.update(chunk)
      check()
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)])
      yield chunk
    }
  }

  return {
    chunks: measured(),
    head: () => head,
    limitTo(bytes) {
      room = bytes
      check()
    }
  }
}

export function fileTooLarge(maxBytes: number): AppError {
  return new AppError('FILE_TOO_LARGE', {
    message: `The file is larger than this server accepts (${maxBytes} bytes)`
  })
}

/** What was held back, and then the rest. */
export async function* concatenated(head: Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // Each chunk is let go as soon as it is handed on.
  for (let chunk = head.shift(); chunk !== undefined; chunk = head.shift()) yield chunk
  yield* rest
}
