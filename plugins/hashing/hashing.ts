import type { ContentIdentity } from '../../db/tenant/uploads-repository.js'
import { createDigests } from './digests.js'
import { HashThreads, type ThreadHash } from './hash-threads.js'

/** Bytes up to which it costs more to hand a content over than to hash it. */
const HASHED_HERE = 128 * 1024

/** Counts and hashes the bytes of one content. Ends with `digest`, or with `discard` when it comes to nothing. */
export interface ContentHash {
  readonly fileSize: number
  /** Takes the next bytes, which must not change afterwards. Wait for the promise, if any, before the next ones. */
  update(chunk: Buffer): Promise<void> | undefined
  digest(): Promise<ContentIdentity>
  /** May come at any time, and again; what comes afterwards is ignored, and nobody waits any longer. */
  discard(): void
}

export interface Hashing {
  start(): ContentHash
  close(): Promise<void>
}

/**
 * Hashes short contents where it is called, and long ones in threads: a few megabytes would keep the event loop from
 * everything else for longer than most requests take.
 */
export function createHashing(): Hashing {
  const threads = new HashThreads()
  return {
    start: () => startHash(threads),
    close: () => threads.close()
  }
}

function startHash(threads: HashThreads): ContentHash {
  const held: Buffer[] = []
  let fileSize = 0
  let elsewhere: ThreadHash | undefined

  return {
    get fileSize() {
      return fileSize
    },
    update(chunk) {
      fileSize += chunk.length
      if (elsewhere !== undefined) return elsewhere.update([chunk])
      held.push(chunk)
      if (fileSize <= HASHED_HERE) return undefined
      elsewhere = threads.start()
      return elsewhere.update(held.splice(0))
    },
    async digest() {
      if (elsewhere !== undefined) return elsewhere.digest()
      const digests = createDigests()
      for (const chunk of held) digests.update(chunk)
      return digests.digest()
    },
    discard: () => elsewhere?.discard()
  }
}
