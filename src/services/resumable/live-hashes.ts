import { LRUCache } from 'lru-cache'
import type { ContentHash, Hashing } from '../../../plugins/hashing/hashing.js'
import { HEAD_BYTES } from '../uploads/mime-type.js'

/** Maximum number of uploads whose hash is kept between their requests: each holds 128 KiB at most. */
const KEPT = 200

/** The hash of all bytes of an upload so far, and its first bytes. */
export class LiveHash {
  head = Buffer.alloc(0)

  constructor(private readonly hash: ContentHash) {}

  /** Bytes hashed so far. */
  get size(): number {
    return this.hash.fileSize
  }

  update(chunk: Buffer): Promise<void> | undefined {
    if (this.head.length < HEAD_BYTES)
      this.head = Buffer.concat([this.head, chunk.subarray(0, HEAD_BYTES - this.head.length)])
    return this.hash.update(chunk)
  }

  digest = () => this.hash.digest()
  discard = () => this.hash.discard()
}

interface Kept {
  live: LiveHash
  /** The epoch of the writer that updated it last. */
  epoch: number
}

/**
 * Keeps in memory the hashes of uploads of which this process has received every byte, so that their objects need not
 * be read back. Without a kept hash, the object is read once.
 */
export class LiveHashes {
  readonly #kept = new LRUCache<string, Kept>({
    max: KEPT,
    dispose: ({ live }, _id, reason) => {
      if (reason === 'evict') live.discard()
    }
  })

  constructor(private readonly hashing: Hashing) {}

  /** The hash for the writer of this epoch at this offset; undefined unless all bytes before it were hashed here. */
  take(id: string, epoch: number, offset: number): LiveHash | undefined {
    const kept = this.#kept.get(id)
    this.#kept.delete(id)
    if (kept !== undefined && kept.epoch === epoch - 1 && kept.live.size === offset) return kept.live
    kept?.live.discard()
    return offset === 0 ? new LiveHash(this.hashing.start()) : undefined
  }

  /** Keeps the hash for the next writer. */
  keep(id: string, epoch: number, live: LiveHash): void {
    this.#kept.set(id, { live, epoch })
  }
}
