import { abortable } from '../../core/abortable.js'

const NOTHING = Buffer.alloc(0)

/** Reads a stream of chunks of any size into buffers whose size the caller chooses. One call at a time. */
export class PartReader {
  readonly #chunks: AsyncGenerator<Buffer, void>
  #rest: Buffer = NOTHING

  /** Reads reject with the signal's reason once it aborts, even while the stream yields nothing. */
  constructor(body: AsyncIterable<Buffer>, signal: AbortSignal) {
    this.#chunks = abortable(body, signal)
  }

  /** Whether there is at least one more byte. */
  async more(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const step = await this.#chunks.next()
      if (step.done) return false
      this.#rest = step.value
    }
    return true
  }

  /** Copies into `buffer` until it is full or the stream ends, and returns the filled part. */
  async fill(buffer: Buffer): Promise<Buffer> {
    let length = 0
    while (length < buffer.length && (await this.more())) {
      const copied = this.#rest.copy(buffer, length)
      this.#rest = this.#rest.subarray(copied)
      length += copied
    }
    return buffer.subarray(0, length)
  }

  /** Tells the stream that nothing more will be read. */
  async close(): Promise<void> {
    this.#rest = NOTHING
    await this.#chunks.return()
  }
}
