import type { ErrorCode } from '../../../core/errors.js'
import type { UploadAnswer } from '../../../db/tenant/rows.js'

/** Counts uploads that have ended, of whatever kind. */
export interface UploadCounts {
  /** It has become a document. */
  made(document: Pick<UploadAnswer, 'deduplicated'> & { file: { file_size: number } }): void
  /** It repeats an earlier one. */
  replayed(document: { file: { file_size: number } }): void
  refused(code: ErrorCode): void
}
