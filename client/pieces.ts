import type { Content } from './open-file.js'

/** Bytes that one request brings. */
export interface Piece {
  body: Blob | ReadableStream<Uint8Array>
  /** Bytes of the whole content, if it is known. */
  total: number | undefined
}

/** Takes the content of an upload apart, from the position up to which the server has it. */
export interface Pieces {
  readonly size: number | undefined
  from(offset: number): Promise<Piece>
  /** Nothing more is needed. */
  close(): Promise<void>
}

/** Of bytes that can be read again. @param most bytes of a piece; by default, one piece is all that is left */
export function piecesOf(content: Content, most = Infinity): Pieces {
  const { size } = content
  const from = (offset: number) =>
    Promise.resolve({ body: content.slice(offset, Math.min(size, offset + most)), total: size })
  return { size, from, close: () => Promise.resolve() }
}

/**
 * Of a stream, which keeps in memory what the server has not saved yet. What the server has already is skipped, so that
 * a stream of the same bytes continues an upload.
 * @param most bytes of a piece
 */
export function piecesOfStream(stream: ReadableStream<Uint8Array>, most: number): Pieces {
  const reader = stream.getReader()
  const kept: Uint8Array[] = []
  /** Positions of the first byte that is kept, and after the last. */
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
    // One byte more says whether this piece is the last.
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
      throw new Error(`The stream has ${end} bytes, of which the server has ${offset} already`)
    const isLast = hasEnded && end - offset <= most
    const body = new Blob(kept).slice(0, most)
    return { body, total: isLast ? end : undefined }
  }
  return { size: undefined, from, close: () => reader.cancel() }
}
