/** What the tour reads of the API's answers. */
export interface User {
  id: string
  email: string
  first_name: string
}

export interface Tokens {
  access_token: string
  refresh_token: string
  expires_in: number
}

export interface Tenant {
  id: string
  name: string
  database_name: string
  status: string
}

export interface StoredFile {
  id: string
  md5_hash: string
  sha256: string
  /** Bytes. */
  file_size: number
  s3_path: string
}

export interface Document {
  id: string
  filename: string
  mime_type: string
  file_id: string
}

export type UploadedDocument = Document & { file: StoredFile; deduplicated: boolean }

export interface Page<Item> {
  items: Item[]
  pagination: { total: number }
}
