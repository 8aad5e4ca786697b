import type { PartPieces } from '../../../plugins/storage/pieces.js'
import { replaced, type HeldSession } from './held-session.js'
import { heldParts } from './part-size.js'
import type { Sink } from './sink.js'

/** Maximum bytes of a row of the tail: the PostgreSQL client blocks the process while it encodes one. */
const ROW_BYTES = 256 * 1024

/**
 * A sink that sends whole parts to the storage and saves the bytes of an incomplete part as rows of the tail. While one
 * part is being sent, the next fills, unless parts are very large. Rows of an earlier writer are read only when their
 * part is complete.
 */
export class PartSink implements Sink {
  readonly #partSize: number
  #position: number
  /** The position up to which the storage has whole parts. */
  #stored: number
  /** The position from which on the current part is in memory. */
  #from: number
  #buffer: Buffer | undefined
  /** A sent part's memory, for reuse. */
  #free: Buffer | undefined
  #sending: Promise<void> = Promise.resolve()
  #multipartId: string | null

  constructor(
    private readonly pieces: PartPieces,
    private readonly session: HeldSession,
    /** Whether bytes are acknowledged only at the end, since they may turn out to be wrong. */
    private readonly withheld: boolean
  ) {
    const { part_size, multipart_id } = session.row
    this.#partSize = part_size
    this.#position = this.#from = session.saved
    this.#stored = this.#partStart
    this.#multipartId = multipart_id
  }

  get #partStart(): number {
    return Math.floor(this.#position / this.#partSize) * this.#partSize
  }

  async write(chunk: Buffer): Promise<void> {
    // Acknowledged before these bytes, not after them: the last part is acknowledged together with the end.
    if (!this.withheld) await this.#acknowledgeStored()
    for (let taken = 0; taken < chunk.length;) {
      const start = this.#partStart
      const copied = chunk.copy(this.#memory(), this.#position - start, taken)
      taken += copied
      this.#position += copied
      if (this.#position < start + this.#partSize) continue
      await this.#send(start)
      if (heldParts(this.#partSize) === 1) await this.#sending
    }
  }

  async save(): Promise<void> {
    await this.#storeIfLast()
    await this.#acknowledgeStored()
    while (this.session.saved < this.#position) await this.#saveRow()
  }

  async end(): Promise<void> {
    await this.#storeIfLast()
    const isStored = this.#position === this.#stored
    if (isStored && this.#stored > this.session.saved) {
      await this.session.saveLast(this.#stored)
      return
    }
    await this.save()
    await this.session.release()
  }

  /** Stores the last part of an upload that turns out to be complete; its bytes are already acknowledged. */
  async storeLast(): Promise<void> {
    await this.#sending
    if (this.#position === this.#stored) return
    await this.#send(this.#partStart)
    await this.#sending
  }

  async close(): Promise<void> {
    await this.#sending.catch(() => undefined)
    this.#buffer = this.#free = undefined
  }

  /** Stores all whole parts, and the last one. */
  async #storeIfLast(): Promise<void> {
    await this.#sending
    if (this.#position === this.session.row.upload_length) await this.storeLast()
  }

  #memory(): Buffer {
    if (this.#buffer === undefined) {
      this.#buffer = this.#free ?? Buffer.allocUnsafeSlow(this.#partSize)
      this.#free = undefined
    }
    return this.#buffer
  }

  /** Starts to send the current part once the previous one is stored. */
  async #send(start: number): Promise<void> {
    await this.#sending
    // A writer that was replaced must not send another part.
    if (!this.withheld) await this.#acknowledgeStored()
    const [memory, end] = [this.#memory(), this.#position]
    if (this.#from > start) await this.#readTail(start, memory)
    const { s3_path } = this.session.row
    const number = start / this.#partSize + 1
    const id = (this.#multipartId ??= await this.#begin())
    this.#from = end
    this.#buffer = undefined
    this.#sending = this.pieces.put(s3_path, id, number, memory.subarray(0, end - start)).then(() => {
      this.#stored = end
      this.#free = memory
    })
    // The next call throws its failure.
    this.#sending.catch(() => undefined)
  }

  async #begin(): Promise<string> {
    const { s3_path } = this.session.row
    const id = await this.pieces.begin(s3_path)
    const { outcome } = await this.session.setMultipart(id)
    if (outcome === 'set') return id
    await this.pieces.abort(s3_path, id)
    throw replaced()
  }

  /** Fills the part's buffer from `start` up to the bytes that are in memory. */
  async #readTail(start: number, buffer: Buffer): Promise<void> {
    const rows = await this.session.readTail(start)
    let at = start
    for (const row of rows) {
      if (row.at !== at) break
      at += row.bytes.copy(buffer, at - start, 0, Math.min(row.bytes.length, this.#from - at))
    }
    // Another writer has stored the part.
    if (at < this.#from) throw replaced()
  }

  async #acknowledgeStored(): Promise<void> {
    if (this.#stored > this.session.saved) await this.session.save(this.#stored)
  }

  async #saveRow(): Promise<void> {
    const [at, start] = [this.session.saved, this.#partStart]
    if (this.#buffer === undefined) throw new Error('Nothing was written')
    const end = Math.min(at + ROW_BYTES, this.#position)
    await this.session.saveTail(Buffer.from(this.#buffer.subarray(at - start, end - start)))
  }
}
