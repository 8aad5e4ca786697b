import { randomInt } from 'node:crypto'
import type { UploadSession } from '../../../db/tenant/upload-sessions-repository.js'
import type { Place } from '../../../core/concurrency/fair-line.js'
import { abortable } from '../../../core/abortable.js'
import { AppError } from '../../../core/errors.js'
import { Checksum, type DeclaredChecksum } from '../../../core/checksum.js'
import { replaced, type HeldSession } from './held-session.js'
import type { LiveHash } from './live-hashes.js'
import type { Sink } from './sink.js'

/**
 * Milliseconds between saves of what has arrived. The first save comes earlier, at a random time, so that clients that
 * start together do not save together.
 */
const SAVE_MS = 10_000

export interface WriterOptions {
  session: HeldSession
  place: Place
  sink: Sink
  live: LiveHash | undefined
  checksum: DeclaredChecksum | undefined
  /** Whether nothing is saved before all bytes have arrived and been verified. */
  withheld: boolean
  /** Maximum bytes of the whole upload. */
  most: number
  /** The same according to the tenant's limits, for an upload without a length; null for no limit. */
  room: number | null
  /** Called when the sink is closed. `live` is set if it has hashed exactly what was saved. */
  onClosed: (live: LiveHash | undefined) => Promise<void>
}

/**
 * Writes the bytes of one request of a resumable upload. However the request ends, what has arrived is saved, unless it
 * has a checksum that was not verified. Disposing of the writer then closes the file and gives the session back. If the
 * process is killed before that, the session still names this writer, and the next one counts as an unclean takeover.
 */
export class SessionWriter implements AsyncDisposable {
  readonly #stop = new AbortController()
  #turn: Promise<unknown> = Promise.resolve()
  #position: number
  #isBroken = false
  #isEnding = false
  #onClosed: (() => void) | undefined
  readonly #closed = new Promise<void>((resolve) => (this.#onClosed = resolve))

  constructor(private readonly options: WriterOptions) {
    this.#position = options.session.saved
  }

  /** The session as of the last acknowledgement. */
  get session(): UploadSession {
    return this.options.session.row
  }

  get place(): Place {
    return this.options.place
  }

  /** Whether something failed, so that the position of the sink is unknown. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  /** Resolves when the writer is closed if its request has ended, and at once if it has not. */
  async ended(): Promise<void> {
    if (this.#isEnding) await this.#closed
  }

  /** Ends the request; what has arrived is saved. */
  stop(reason: AppError): void {
    this.#stop.abort(reason)
  }

  /** Ends the request because another writer has the session; nothing can be saved any more. */
  replace(): void {
    this.#isBroken = true
    this.#stop.abort(replaced())
  }

  /**
   * Reads the request to its end and saves it.
   * @throws {AppError} FILE_TOO_LARGE, QUOTA_EXCEEDED, CHUNK_MISMATCH, UPLOAD_INTERRUPTED, STORAGE_UNAVAILABLE, the
   * reason of `stop`, and what `source` throws
   */
  async receive(source: AsyncIterable<Buffer>): Promise<void> {
    const { checksum, withheld } = this.options
    const digest = checksum && new Checksum(checksum)
    const saveAndGoOn = () => {
      void this.settle()
      timer = setTimeout(saveAndGoOn, SAVE_MS)
    }
    let timer = setTimeout(saveAndGoOn, randomInt(SAVE_MS))
    try {
      for await (const chunk of abortable(source, this.#stop.signal)) {
        digest?.update(chunk)
        await this.#serially(() => this.#write(chunk))
      }
      digest?.verify()
      await this.#end()
    } catch (error) {
      if (!withheld && !this.#isBroken) await this.#end()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  /** Saves what has arrived so far, unless it is withheld. Does not throw: a failure ends the request. */
  async settle(): Promise<void> {
    if (!this.options.withheld) await this.#save().catch(() => undefined)
  }

  async #write(chunk: Buffer): Promise<void> {
    const { sink, live, most, room } = this.options
    const size = this.#position + chunk.length
    if (size > most) throw new AppError('FILE_TOO_LARGE', { message: `The upload has at most ${most} bytes` })
    if (room !== null && size > room) throw new AppError('QUOTA_EXCEEDED')
    await this.#unlessBroken(async () => {
      await live?.update(chunk)
      await sink.write(chunk)
    })
    this.#position += chunk.length
  }

  #save(): Promise<void> {
    return this.#serially(() => this.#unlessBroken(() => this.options.sink.save()))
  }

  #end(): Promise<void> {
    this.#isEnding = true
    return this.#serially(() => this.#unlessBroken(() => this.options.sink.end()))
  }

  /** Refuses all work after the first failure, which leaves the position of the sink unknown. */
  async #unlessBroken(work: () => Promise<void>): Promise<void> {
    if (this.#isBroken) throw new AppError('UPLOAD_INTERRUPTED')
    try {
      await work()
    } catch (error) {
      this.#isBroken = true
      this.#stop.abort(error)
      throw error
    }
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { session, sink, place, live, onClosed } = this.options
    this.#isEnding = true
    try {
      this.#stop.abort(new AppError('UPLOAD_INTERRUPTED'))
      await this.#turn
      await sink.close()
      const isWhole = live?.size === session.saved
      if (!isWhole) live?.discard()
      await onClosed(isWhole ? live : undefined)
    } finally {
      this.#onClosed?.()
      place.leave()
    }
  }
}
