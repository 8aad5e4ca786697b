import type { PartPieces } from '../../../plugins/storage/pieces.js'
import { acknowledged, replaced, type Sink, type SinkContext } from './sink.js'

/** Bytes of a row of the tail. PostgreSQL's client blocks the process while it encodes one. */
const ROW_BYTES = 256 * 1024

/**
 * Whole parts go to the storage, and what is less than a part to rows of the tail. Holds one part in memory. Rows that
 * an earlier writer has kept are read only when their part is complete.
 */
export class PartSink implements Sink {
  readonly #partSize: number
  #position: number
  /** How far the session's offset is. */
  #saved: number
  /** How far the storage has whole parts. */
  #stored: number
  /** The first byte of the current part that is in memory. */
  #from: number
  #buffer: Buffer | undefined
  #multipartId: string | null

  constructor(
    private readonly pieces: PartPieces,
    private readonly context: SinkContext
  ) {
    const { upload_offset, part_size, multipart_id } = context.session
    this.#partSize = part_size
    this.#position = this.#saved = this.#from = upload_offset
    this.#stored = this.#partStart
    this.#multipartId = multipart_id
  }

  get #partStart(): number {
    return Math.floor(this.#position / this.#partSize) * this.#partSize
  }

  async write(chunk: Buffer): Promise<void> {
    for (let taken = 0; taken < chunk.length;) {
      const start = this.#partStart
      this.#buffer ??= Buffer.allocUnsafeSlow(this.#partSize)
      const copied = chunk.copy(this.#buffer, this.#position - start, taken)
      taken += copied
      this.#position += copied
      if (this.#position < start + this.#partSize) continue
      await this.#storePart(start)
      if (!this.context.withheld) await this.#acknowledgeStored()
    }
  }

  async save(): Promise<void> {
    const { upload_length: length } = this.context.session
    if (this.#position === length && this.#position > this.#stored) await this.#storePart(this.#partStart)
    await this.#acknowledgeStored()
    while (this.#saved < this.#position) await this.#saveRow()
  }

  /** Stores the last part of an upload that turns out to be complete; its bytes are acknowledged already. */
  async storeLast(): Promise<void> {
    if (this.#position > this.#stored) await this.#storePart(this.#partStart)
  }

  close(): Promise<void> {
    this.#buffer = undefined
    return Promise.resolve()
  }

  async #storePart(start: number): Promise<void> {
    this.#buffer ??= Buffer.allocUnsafeSlow(this.#partSize)
    if (this.#from > start) await this.#readTail(start, this.#buffer)
    const { s3_path } = this.context.session
    const number = start / this.#partSize + 1
    const id = (this.#multipartId ??= await this.#begin())
    await this.pieces.put(s3_path, id, number, this.#buffer.subarray(0, this.#position - start))
    this.#stored = this.#from = this.#position
  }

  async #begin(): Promise<string> {
    const { session, withStore } = this.context
    const id = await this.pieces.begin(session.s3_path)
    const { outcome } = await withStore((store) => store.uploadSessions.setMultipart(session, id))
    if (outcome === 'set') return id
    await this.pieces.abort(session.s3_path, id)
    throw replaced()
  }

  /** Fills the part's buffer from `start` to what is in memory. */
  async #readTail(start: number, buffer: Buffer): Promise<void> {
    const { session, withStore } = this.context
    const rows = await withStore((store) => store.uploadSessions.readTail(session.id, start))
    let at = start
    for (const row of rows) {
      if (row.at !== at) break
      at += row.bytes.copy(buffer, at - start, 0, Math.min(row.bytes.length, this.#from - at))
    }
    // Another writer has stored the part.
    if (at < this.#from) throw replaced()
  }

  async #acknowledgeStored(): Promise<void> {
    if (this.#stored <= this.#saved) return
    const { session, withStore, lifetime } = this.context
    const offset = this.#stored
    acknowledged(
      await withStore((store) => store.uploadSessions.save(session, offset, lifetime)),
      offset,
      this.context
    )
    this.#saved = offset
  }

  async #saveRow(): Promise<void> {
    const { session, withStore, lifetime } = this.context
    const [at, start] = [this.#saved, this.#partStart]
    if (this.#buffer === undefined) throw new Error('Nothing was written')
    const bytes = Buffer.from(
      this.#buffer.subarray(at - start, Math.min(at + ROW_BYTES, this.#position) - start)
    )
    const saved = await withStore((store) => store.uploadSessions.saveTail(session, at, bytes, lifetime))
    acknowledged(saved, at + bytes.length, this.context)
    this.#saved = at + bytes.length
  }
}
