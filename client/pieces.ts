import type { Content } from './open-file.js'

/** The bytes of one request. */
export interface Piece {
  body: Blob | ReadableStream<Uint8Array>
  /** The size of the whole content in bytes, if it is known. */
  total: number | undefined
}

/** Divides the content of an upload into pieces, starting at the offset up to which the server has it. */
export interface Pieces {
  readonly size: number | undefined
  from(offset: number): Promise<Piece>
  /** Releases the source; no further piece is needed. */
  close(): Promise<void>
}

/** The pieces of content that can be read again. @param most bytes of a piece; by default, a piece is all the rest */
export function piecesOf(content: Content, most = Infinity): Pieces {
  const { size } = content
  const from = (offset: number) =>
    Promise.resolve({ body: content.slice(offset, Math.min(size, offset + most)), total: size })
  return { size, from, close: () => Promise.resolve() }
}

/**
 * The pieces of a stream. Keeps in memory what the server has not saved yet. Skips what the server already has, so that
 * a stream of the same bytes can resume an upload.
 * @param most bytes of a piece
 */
export function piecesOfStream(stream: ReadableStream<Uint8Array>, most: number): Pieces {
  const reader = stream.getReader()
  const kept: Uint8Array[] = []
  /** The positions of the first byte that is kept, and after the last one. */
  let start = 0
  let end = 0
  let hasEnded = false

  function dropUntil(offset: number): void {
    while (kept[0] !== undefined && start < offset) {
      const first = kept[0]
      const dropped = Math.min(first.length, offset - start)
      start += dropped
      if (dropped === first.length) kept.shift()
      else kept[0] = first.subarray(dropped)
    }
  }

  async function from(offset: number): Promise<Piece> {
    if (offset < start) throw new Error('The server has lost bytes of a stream that cannot be read again')
    dropUntil(offset)
    // Reads one byte more than a piece, to know whether this is the last one.
    while (!hasEnded && end - offset <= most) {
      const { done, value } = await reader.read()
      if (done) hasEnded = true
      else {
        kept.push(value)
        end += value.length
        dropUntil(offset)
      }
    }
    if (end < offset)
      throw new Error(`The stream has only ${end} bytes, but the server already has ${offset}`)
    const isLast = hasEnded && end - offset <= most
    const body = new Blob(kept).slice(0, most)
    return { body, total: isLast ? end : undefined }
  }
  return { size: undefined, from, close: () => reader.cancel() }
}
