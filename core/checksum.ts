import { createHash, timingSafeEqual, type Hash } from 'node:crypto'
import { AppError } from './errors.js'

/** Algorithms of Upload-Checksum, and the number of bytes of their digests. */
export const CHECKSUM_ALGORITHMS = new Map([
  ['sha1', 20],
  ['sha256', 32],
  ['md5', 16]
])

/** The digest that a client declares for the bytes of one request. */
export interface DeclaredChecksum {
  algorithm: string
  digest: Buffer
}

/** Compares the bytes of a request with their declared digest. */
export class Checksum {
  readonly #hash: Hash

  constructor(private readonly declared: DeclaredChecksum) {
    this.#hash = createHash(declared.algorithm)
  }

  update(chunk: Buffer): void {
    this.#hash.update(chunk)
  }

  /** @throws {AppError} CHUNK_MISMATCH */
  verify(): void {
    if (!timingSafeEqual(this.#hash.digest(), this.declared.digest)) throw new AppError('CHUNK_MISMATCH')
  }
}
