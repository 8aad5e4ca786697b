import type { PieceFile } from '../../../plugins/storage/pieces.js'

/** Bytes that are written at once. */
const BLOCK = 256 * 1024
/** Shorter chunks come from a client that is slower than the disk. */
const LITTLE = 16 * 1024

/**
 * Writes bytes to a file from a position on, gathered in blocks: each write costs a trip to a thread, and clients on
 * slow networks send little at a time. While one block is written, the next fills, so a fast client takes two; a slow
 * one gets by with one, since there may be many of them. Calls must not overlap.
 */
export class BlockWriter {
  #block: Buffer | undefined
  #used = 0
  /** Blocks that are written, for later bytes. */
  readonly #free: Buffer[] = []
  #writing: Promise<void> = Promise.resolve()

  /** @param at where the block's first byte belongs */
  constructor(
    private readonly file: PieceFile,
    private at: number
  ) {}

  /** @throws {AppError} STORAGE_UNAVAILABLE, perhaps for bytes that were given before */
  async write(chunk: Buffer): Promise<void> {
    for (let taken = 0; taken < chunk.length;) {
      if (this.#block === undefined && chunk.length < LITTLE) await this.#writing
      this.#block ??= this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK)
      const copied = chunk.copy(this.#block, this.#used, taken)
      taken += copied
      this.#used += copied
      if (this.#used === BLOCK) await this.#send(this.#block)
    }
  }

  /** Resolves when the file has all bytes. @throws as `write` */
  async flush(): Promise<void> {
    if (this.#block !== undefined) await this.#send(this.#block)
    await this.#writing
  }

  /** Resolves when nothing is being written any more, also after a failure. */
  async settled(): Promise<void> {
    await this.#writing.catch(() => undefined)
  }

  /** Begins to write the block once the one before is written. */
  async #send(block: Buffer): Promise<void> {
    await this.#writing
    this.#writing = this.file
      .write(block.subarray(0, this.#used), this.at)
      .finally(() => this.#free.push(block))
    // The next call reports it.
    this.#writing.catch(() => undefined)
    this.at += this.#used
    this.#used = 0
    this.#block = undefined
  }
}
