import type { ContentIdentity } from '../../db/tenant/uploads-repository.js'
import { createDigests } from './digests.js'
import { HashThreads, type ThreadHash } from './hash-threads.js'

/** Up to this many bytes, passing content to a thread costs more than hashing it here. */
const HASHED_HERE = 128 * 1024

/** Counts and hashes the bytes of one file. Ends with `digest`, or with `discard` if the content is not needed. */
export interface ContentHash {
  readonly fileSize: number
  /** Takes the next bytes, which must not change afterwards. Await the promise, if any, before the next call. */
  update(chunk: Buffer): Promise<void> | undefined
  digest(): Promise<ContentIdentity>
  /** May be called at any time and repeatedly. Ends pending waits; later updates have no effect. */
  discard(): void
}

export interface Hashing {
  start(): ContentHash
  close(): Promise<void>
}

/**
 * Hashes short content on the calling thread, and long content in threads: a few megabytes would block the event loop
 * for longer than most requests take.
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
