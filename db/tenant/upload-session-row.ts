import type { OwnData } from '../../core/own-data.js'
import type { SessionState } from './schema.js'

/** An upload in pieces. */
export interface UploadSession {
  id: string
  user_id: string
  ip: string
  on_behalf_of: string | null
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
  /** When it expires; null once nothing is promised any more. */
  expires_at: string | null
}

/** What a session is created from. */
export interface NewSession extends Pick<
  UploadSession,
  'id' | 'user_id' | 'ip' | 'on_behalf_of' | 's3_path' | 'filename' | 'mime_type' | 'charset' | 'metadata'
> {
  own_data: OwnData
  md5: string | null
  sha256: string | null
  upload_length: number | null
  part_size: number
}
