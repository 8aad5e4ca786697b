import { Type } from '@sinclair/typebox'
import { Id, idOf, Moment } from '../../core/formats.js'
import { TenantParams } from './tenants.js'

const documentProperties = {
  id: Id,
  filename: Type.String({ examples: ['report 2026.pdf'] }),
  mime_type: Type.String({ examples: ['application/pdf'] }),
  file_id: idOf('The file with its content; documents with the same content share one'),
  user_id: idOf('Who uploaded it'),
  created_at: Moment,
  updated_at: Moment
}

const fileProperties = {
  id: Id,
  md5_hash: Type.String({ description: 'Hexadecimal', examples: ['b1946ac92492d2347c6235b4d2611184'] }),
  sha256: Type.String({
    description: 'Hexadecimal',
    examples: ['5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03']
  }),
  file_size: Type.Integer({ description: 'Bytes', examples: [6] }),
  s3_path: Type.String({
    description: 'The key in the object storage',
    examples: [
      'tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/files/2026/01/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a_b1946ac92492d2347c6235b4d2611184'
    ]
  }),
  verified_at: Type.Union([Moment, Type.Null()], {
    description: 'When the worker last read the stored object from its first to its last byte',
    examples: ['2026-01-31T09:30:01.000Z']
  }),
  verification: Type.Union(
    [Type.Literal('intact'), Type.Literal('damaged'), Type.Literal('missing'), Type.Null()],
    {
      description:
        'What it found: the bytes that were uploaded, others, or none; null: it has not looked yet',
      examples: ['intact']
    }
  ),
  detected_type: Type.Union([Type.String(), Type.Null()], {
    description: 'The MIME type that the content shows, whatever the documents say',
    examples: ['application/pdf']
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
      description: 'The tenant had the same content already; nothing is kept twice',
      examples: [false]
    })
  },
  { title: 'UploadedDocument' }
)
export const FileWithDocuments = Type.Object(
  { ...fileProperties, documents: Type.Array(Document, { description: 'The newest 100' }) },
  { title: 'FileWithDocuments' }
)

export const Disposition = Type.Union([Type.Literal('attachment'), Type.Literal('inline')], {
  default: 'attachment',
  description: 'Whether a browser saves or shows it'
})

export const DocumentParams = Type.Object({ ...TenantParams.properties, document_id: idOf('The document') })
export const FileParams = Type.Object({ ...TenantParams.properties, file_id: idOf('The file') })
