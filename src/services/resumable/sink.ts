import type { UploadSession } from '../../../db/tenant/upload-sessions-repository.js'
import type { TenantStore } from '../../../db/tenant/store.js'
import { AppError } from '../../../core/errors.js'

/** Where the bytes of one writer go. One call at a time. */
export interface Sink {
  /** Takes bytes that follow those before. They are not acknowledged yet. */
  write(chunk: Buffer): Promise<void>
  /**
   * Makes everything that was taken durable, and acknowledges it.
   * @throws {AppError} UPLOAD_INTERRUPTED if another writer has replaced this one, or the session has ended
   */
  save(): Promise<void>
  /** Closes what is open. */
  close(): Promise<void>
}

/** What a sink needs besides the storage. */
export interface SinkContext {
  session: UploadSession
  withStore: <T>(work: (store: TenantStore) => Promise<T>) => Promise<T>
  /** Seconds that a saved session lives on. */
  lifetime: number
  /** Bytes are acknowledged by `save` only, since they may turn out to be wrong. */
  withheld: boolean
  /** Called with each acknowledgement. */
  onSaved: (offset: number, expiresAt: string) => void
}

/** Another writer has taken the session over, or it has ended. */
export const replaced = () => new AppError('UPLOAD_INTERRUPTED')

/** What an acknowledgement said; none: this writer is no longer the session's. */
export function acknowledged(
  saved: { expiresAt: string } | null,
  offset: number,
  { onSaved }: SinkContext
): void {
  if (saved === null) throw replaced()
  onSaved(offset, saved.expiresAt)
}
