import type { PieceFile } from '../../../plugins/storage/pieces.js'

/** Bytes that are written at once. */
const BLOCK = 256 * 1024

/**
 * Writes bytes to a file from a position on, gathered in blocks: each write costs a trip to a thread, and clients on
 * slow networks send little at a time. One block is written while the next fills, so it holds two. One call at a time.
 */
export class BlockWriter {
  #block: Buffer = Buffer.alloc(0)
  #spare: Buffer | undefined
  #used = 0
  #writing: Promise<void> = Promise.resolve()

  /** @param at where the block's first byte belongs */
  constructor(
    private readonly file: PieceFile,
    private at: number
  ) {}

  /** @throws {AppError} STORAGE_UNAVAILABLE, perhaps for bytes that were given before */
  async write(chunk: Buffer): Promise<void> {
    for (let taken = 0; taken < chunk.length;) {
      if (this.#block.length === 0) this.#block = Buffer.allocUnsafeSlow(BLOCK)
      const copied = chunk.copy(this.#block, this.#used, taken)
      taken += copied
      this.#used += copied
      if (this.#used === BLOCK) await this.#send()
    }
  }

  /** Resolves when the file has all bytes. @throws as `write` */
  async flush(): Promise<void> {
    if (this.#used > 0) await this.#send()
    await this.#writing
  }

  /** Resolves when nothing is being written any more, also after a failure. */
  async settled(): Promise<void> {
    await this.#writing.catch(() => undefined)
  }

  /** Begins to write the block once the one before is written. */
  async #send(): Promise<void> {
    await this.#writing
    const block = this.#block
    this.#writing = this.file.write(block.subarray(0, this.#used), this.at)
    // The next call reports it.
    this.#writing.catch(() => undefined)
    this.at += this.#used
    this.#used = 0
    this.#block = this.#spare ?? Buffer.alloc(0)
    this.#spare = block
  }
}
