import type { PieceFile } from '../../../plugins/storage/pieces.js'

/** Bytes per write. */
const BLOCK = 256 * 1024
/** Bytes. A client whose chunks are shorter is slower than the disk. */
const LITTLE = 16 * 1024

/**
 * Writes bytes to a file from a position on, in blocks: each write costs a round trip to a thread, and clients on slow
 * networks send little at a time. While one block is being written, the next fills, so a fast client uses two blocks. A
 * slow client, of which there may be many, uses only one. Calls must not overlap.
 */
export class BlockWriter {
  #block: Buffer | undefined
  #used = 0
  /** Written blocks, for reuse. */
  readonly #free: Buffer[] = []
  #writing: Promise<void> = Promise.resolve()

  /** @param at where the block's first byte belongs */
  constructor(
    private readonly file: PieceFile,
    private at: number
  ) {}

  /** @throws {AppError} STORAGE_UNAVAILABLE, perhaps for bytes of an earlier call */
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

  /** Resolves when all bytes are in the file. @throws as `write` */
  async flush(): Promise<void> {
    if (this.#block !== undefined) await this.#send(this.#block)
    await this.#writing
  }

  /** Resolves when no write is running any more, even after a failure. */
  async settled(): Promise<void> {
    await this.#writing.catch(() => undefined)
  }

  /** Starts to write the block once the previous one is written. */
  async #send(block: Buffer): Promise<void> {
    await this.#writing
    this.#writing = this.file
      .write(block.subarray(0, this.#used), this.at)
      .finally(() => this.#free.push(block))
    // The next call throws its failure.
    this.#writing.catch(() => undefined)
    this.at += this.#used
    this.#used = 0
    this.#block = undefined
  }
}
