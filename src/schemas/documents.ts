import { Type } from '@sinclair/typebox'
import { Id, Moment } from './formats.js'

const documentProperties = {
  id: Id,
  filename: Type.String(),
  mime_type: Type.String(),
  file_id: Id,
  user_id: Id,
  created_at: Moment,
  updated_at: Moment
}

const fileProperties = {
  id: Id,
  md5_hash: Type.String({ description: 'Hexadecimal' }),
  sha256: Type.String({ description: 'Hexadecimal' }),
  file_size: Type.Integer({ description: 'Bytes' }),
  s3_path: Type.String({ description: 'The key in the object storage' }),
  verified_at: Type.Union([Moment, Type.Null()], {
    description: 'When the worker last read the stored object from its first to its last byte'
  }),
  verification: Type.Union(
    [Type.Literal('intact'), Type.Literal('damaged'), Type.Literal('missing'), Type.Null()],
    { description: 'What it found: the bytes that were uploaded, others, or none' }
  ),
  detected_type: Type.Union([Type.String(), Type.Null()], {
    description: 'The MIME type that the content shows, whatever the documents say'
  }),
  created_at: Moment,
  updated_at: Moment
}

export const Document = Type.Object(documentProperties, { title: 'Document' })
export const File = Type.Object(fileProperties, { title: 'File' })
export const DocumentWithFile = Type.Object(
  { ...documentProperties, file: File },
  { title: 'DocumentWithFile' }
)
export const UploadedDocument = Type.Object(
  {
    ...documentProperties,
    file: File,
    deduplicated: Type.Boolean({
      description: 'The tenant had the same content already; nothing is kept twice'
    })
  },
  { title: 'UploadedDocument' }
)
export const FileWithDocuments = Type.Object(
  { ...fileProperties, documents: Type.Array(Document, { description: 'The newest 100' }) },
  { title: 'FileWithDocuments' }
)

export const Disposition = Type.Union([Type.Literal('attachment'), Type.Literal('inline')], {
  default: 'attachment'
})

export const DocumentParams = Type.Object({ tenant_id: Id, document_id: Id })
export const FileParams = Type.Object({ tenant_id: Id, file_id: Id })
