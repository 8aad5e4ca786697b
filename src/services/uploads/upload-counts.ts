import type { ErrorCode } from '../../../core/errors.js'

/** Counts uploads that have ended. */
export interface UploadCounts {
  /** Counts an upload that has become a document. */
  made(document: { deduplicated: boolean; file: { file_size: number } }): void
  /** Counts an upload that was refused for good. */
  refused(code: ErrorCode): void
}
