import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { ContentIdentity } from '../../db/tenant/uploads-repository.js'

/** Bytes per block. Chunks are copied into blocks, which are transferred to the thread and back without copying. */
const BLOCK = 256 * 1024
/** Bytes per block for chunks smaller than `LITTLE`: a large block would fill slowly and hold its memory for long. */
const SMALL_BLOCK = 32 * 1024
const LITTLE = 16 * 1024
/** Blocks of one file that may always wait to be hashed. */
const AHEAD = 4
/**
 * Blocks of all files of a thread up to which one file may have more than `AHEAD`. A client that sends a large file in
 * several requests pauses between them, and this is what the thread hashes meanwhile.
 */
const AHEAD_TOGETHER = 16
/** Blocks of each size that a thread keeps for reuse. */
const KEPT = 8
const MOST_THREADS = 4

/** Message to a thread. One without bytes discards the content. */
export interface ToHash {
  id: number
  bytes?: Uint8Array<ArrayBuffer>
  last?: boolean
}

/** Message from a thread: a block it has finished with, and after the last one, the result. */
export interface Hashed {
  id: number
  block: ArrayBuffer
  content?: ContentIdentity
}

/** The hash of one file's content in a thread; used like `ContentHash`. */
export interface ThreadHash {
  update(chunks: Iterable<Buffer>): Promise<void> | undefined
  digest(): Promise<ContentIdentity>
  discard(): void
}

/**
 * Threads that start on demand: one per processor, not counting the event loop's, but at least one and at most four.
 */
export class HashThreads {
  readonly #threads: (HashThread | undefined)[] = Array.from({
    length: Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1))
  })
  #turn = 0

  start(): ThreadHash {
    this.#turn = (this.#turn + 1) % this.#threads.length
    let thread = this.#threads[this.#turn]
    if (thread === undefined || thread.failed) this.#threads[this.#turn] = thread = new HashThread()
    return thread.start()
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(async (thread) => thread?.close()))
  }
}

/** Receives a thread's messages about one content. */
interface Listener {
  onHashed(content: ContentIdentity | undefined): void
  onFailure(error: Error): void
}

class HashThread {
  readonly #worker = new Worker(new URL('./hash-thread.js', import.meta.url))
  readonly #listeners = new Map<number, Listener>()
  readonly #free = new Map<number, ArrayBuffer[]>([
    [BLOCK, []],
    [SMALL_BLOCK, []]
  ])
  #nextId = 0
  /** Blocks that wait to be hashed. */
  #waiting = 0
  #error: Error | undefined

  constructor() {
    this.#worker.unref()
    this.#worker.on('message', ({ id, block, content }: Hashed) => {
      this.#waiting -= 1
      const free = this.#free.get(block.byteLength)
      if (free !== undefined && free.length < KEPT) free.push(block)
      this.#listeners.get(id)?.onHashed(content)
    })
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('The hashing thread has ended')))
  }

  get failed(): boolean {
    return this.#error !== undefined
  }

  start(): ThreadHash {
    const id = (this.#nextId += 1)
    let block: Uint8Array<ArrayBuffer> | undefined
    let used = 0
    let ahead = 0
    let content: ContentIdentity | undefined
    let discarded = false
    /** Resolves the wait for the next message. */
    let waiting: { resolve: () => void; reject: (error: Error) => void } | undefined

    this.#listen(id, {
      onHashed: (found) => {
        ahead -= 1
        content = found
        waiting?.resolve()
      },
      onFailure: (error) => waiting?.reject(error)
    })
    const send = (last: boolean) => {
      if (this.#error !== undefined) throw this.#error
      const { buffer } = (block ??= this.#block(SMALL_BLOCK))
      this.#worker.postMessage({ id, bytes: new Uint8Array(buffer, 0, used), last } satisfies ToHash, [
        buffer
      ])
      block = undefined
      used = 0
      ahead += 1
      this.#waiting += 1
    }
    const isFarAhead = () => ahead > AHEAD && this.#waiting > AHEAD_TOGETHER
    const until = async (isSo: () => boolean) => {
      while (!isSo() && !discarded) {
        if (this.#error !== undefined) throw this.#error
        await new Promise<void>((resolve, reject) => (waiting = { resolve, reject }))
        waiting = undefined
      }
    }

    return {
      update: (chunks) => {
        if (discarded) return undefined
        for (const chunk of chunks) {
          for (let taken = 0; taken < chunk.length;) {
            block ??= this.#block(chunk.length < LITTLE ? SMALL_BLOCK : BLOCK)
            const part = chunk.subarray(taken, taken + block.length - used)
            block.set(part, used)
            used += part.length
            taken += part.length
            if (used === block.length) send(false)
          }
        }
        return isFarAhead() ? until(() => !isFarAhead()) : undefined
      },
      digest: async () => {
        send(true)
        await until(() => content !== undefined)
        if (content === undefined) throw new Error('This content was discarded')
        this.#forget(id)
        return content
      },
      discard: () => {
        if (!this.#forget(id)) return
        discarded = true
        this.#worker.postMessage({ id } satisfies ToHash)
        waiting?.resolve()
      }
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  /** The process stays alive while content is being hashed, but not for an idle thread. */
  #listen(id: number, listener: Listener): void {
    this.#worker.ref()
    this.#listeners.set(id, listener)
  }

  #forget(id: number): boolean {
    const known = this.#listeners.delete(id)
    if (this.#listeners.size === 0) this.#worker.unref()
    return known
  }

  #block(size: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#free.get(size)?.pop() ?? new ArrayBuffer(size))
  }

  #fail(error: Error): void {
    this.#error ??= error
    for (const listener of this.#listeners.values()) listener.onFailure(this.#error)
    this.#listeners.clear()
  }
}
