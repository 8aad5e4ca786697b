import type { Static } from '@sinclair/typebox'
import type { ResumableUpload } from '../../schemas/uploads.js'
import type { ResumableUploads } from '../../services/resumable/resumable-uploads.js'

type Found = Awaited<ReturnType<ResumableUploads['find']>>

/** An upload as the API shows it. */
export const shownUpload = (upload: Found): Static<typeof ResumableUpload> => {
  const { id, kind, filename, state, error, document_id, expires_at, created_at } = upload
  const { upload_offset: offset, upload_length: length } = upload
  return { id, kind, filename, state, offset, length, error, document_id, expires_at, created_at }
}
