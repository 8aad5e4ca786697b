import type { ErrorCode } from '../../../core/errors.js'

/** Counts uploads that have ended. */
export interface UploadCounts {
  /** It has become a document. */
  made(document: { deduplicated: boolean; file: { file_size: number } }): void
  /** It was refused for good. */
  refused(code: ErrorCode): void
}
