import { AppError } from '../../../core/errors.js'
import type { ContentHash } from '../../../plugins/hashing/hashing.js'
import { HEAD_BYTES } from './mime-type.js'

/** The bytes of an upload on their way: hashed, counted, and cut off at the limits. */
export interface IncomingBytes {
  chunks: AsyncGenerator<Buffer, void>
  /** The first bytes that have passed so far. */
  head(): Buffer
  /** Also cuts off at this many bytes, which the tenant's quota leaves; null: no limit. */
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

/** The buffered chunks, and then the rest. */
export async function* concatenated(head: Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // Releases each chunk as soon as it is passed on.
  for (let chunk = head.shift(); chunk !== undefined; chunk = head.shift()) yield chunk
  yield* rest
}
