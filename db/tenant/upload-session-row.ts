import type { OwnData } from '../../core/own-data.js'
import type { SessionKind, SessionState } from './schema.js'

/** A resumable or direct upload. */
export interface UploadSession {
  id: string
  user_id: string
  ip: string
  on_behalf_of: string | null
  kind: SessionKind
  s3_path: string
  filename: string
  mime_type: string | null
  charset: string | null
  metadata: string | null
  own_data: OwnData | null
  md5: string | null
  sha256: string | null
  upload_length: number | null
  upload_offset: number
  part_size: number
  multipart_id: string | null
  epoch: number
  unclean: boolean
  state: SessionState
  error: string | null
  document_id: string | null
  created_at: string
  finished_at: string | null
  /** When it expires; null once its key is no longer reserved. */
  expires_at: string | null
}

/** The fields of a new session. */
export interface NewSession extends Pick<
  UploadSession,
  | 'id'
  | 'user_id'
  | 'ip'
  | 'on_behalf_of'
  | 'kind'
  | 's3_path'
  | 'filename'
  | 'mime_type'
  | 'charset'
  | 'metadata'
> {
  own_data: OwnData
  md5: string | null
  sha256: string | null
  upload_length: number | null
  part_size: number
}
