import type { TenantStore } from '../../../db/tenant/store.js'
import type { UploadSession } from '../../../db/tenant/upload-sessions-repository.js'
import { AppError } from '../../../core/errors.js'

export interface HeldSessionOptions {
  withStore: <T>(work: (store: TenantStore) => Promise<T>) => Promise<T>
  /** Seconds from a save until the session expires. */
  lifetime: number
}

/** Another writer has taken the session over, or it has ended. */
export const replaced = () =>
  new AppError('UPLOAD_INTERRUPTED', {
    message: 'Another request has taken over this upload, or it was deleted; ask for its offset (HEAD)'
  })

/**
 * A session that a writer has acquired, and in which it acknowledges bytes. Bytes must be durable before they are
 * acknowledged.
 */
export class HeldSession {
  #isReleased = false

  constructor(
    /** Its offset and expiry are those of the last acknowledgement. */
    readonly row: UploadSession,
    private readonly options: HeldSessionOptions
  ) {}

  /** Bytes that are acknowledged. */
  get saved(): number {
    return this.row.upload_offset
  }

  /** Acknowledges the bytes up to `offset`, which the storage has. @throws {AppError} UPLOAD_INTERRUPTED */
  async save(offset: number): Promise<void> {
    const { withStore, lifetime } = this.options
    this.#moved(offset, await withStore((store) => store.uploadSessions.save(this.row, offset, lifetime)))
  }

  /** Like `save`, and gives the session back; the writer must have closed its file before. @throws as `save` */
  async saveLast(offset: number): Promise<void> {
    const { withStore, lifetime } = this.options
    this.#moved(offset, await withStore((store) => store.uploadSessions.saveLast(this.row, offset, lifetime)))
    this.#isReleased = true
  }

  /** Stores the next bytes as a row of the tail, and acknowledges them. @throws as `save` */
  async saveTail(bytes: Buffer): Promise<void> {
    const { withStore, lifetime } = this.options
    const at = this.saved
    this.#moved(
      at + bytes.length,
      await withStore((store) => store.uploadSessions.saveTail(this.row, at, bytes, lifetime))
    )
  }

  /** The rows of the tail from a position on, in order. */
  readTail(from: number): Promise<{ at: number; bytes: Buffer }[]> {
    return this.options.withStore((store) => store.uploadSessions.readTail(this.row.id, from))
  }

  /** Records the multipart upload of a session that has none. */
  setMultipart(id: string): Promise<{ outcome: 'set' | 'lost' }> {
    return this.options.withStore((store) => store.uploadSessions.setMultipart(this.row, id))
  }

  /** Gives the session back, unless that is already done; the writer must have closed its file before. */
  async release(): Promise<void> {
    if (this.#isReleased) return
    await this.options.withStore((store) => store.uploadSessions.release(this.row))
    this.#isReleased = true
  }

  #moved(offset: number, saved: { expiresAt: string } | null): void {
    if (saved === null) throw replaced()
    this.row.upload_offset = offset
    this.row.expires_at = saved.expiresAt
  }
}
