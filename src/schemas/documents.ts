import { OptionalKind, Type } from '@sinclair/typebox'
import { patternSaying } from '../../core/validation/patterns.js'
import { Id, idOf, Moment } from '../../core/formats.js'
import { Revision } from './revisions.js'
import { OnBehalfOf } from './on-behalf-of.js'
import { TenantParams } from './tenants.js'

/** A pre-signed URL of a document. */
export const EXAMPLE_URL = 'https://documents.example.com/objects/tenants/…?signature=…'

const documentProperties = {
  id: Id,
  filename: Type.String({ examples: ['report 2026.pdf'] }),
  mime_type: Type.String({ examples: ['application/pdf'] }),
  file_id: idOf('The file with the content, which documents may share'),
  user_id: idOf('The user who uploaded the document'),
  revision: Revision,
  on_behalf_of: OnBehalfOf,
  external_id: Type.Union([Type.String(), Type.Null()], {
    description: 'What your product calls the document; null if it has not named it',
    examples: ['invoice-2026-0042']
  }),
  metadata: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
    description: 'The values that your product keeps with the document',
    examples: [{ customer: 'C-17', amount: 99.5, paid: true }]
  }),
  tags: Type.Array(Type.String(), { description: 'A sorted set', examples: [['invoice', 'urgent']] }),
  folder: Type.String({
    description: 'An absolute path that ends in a slash',
    examples: ['/customers/17/']
  }),
  created_at: Moment,
  updated_at: Moment
}

const Verification = Type.Union([Type.Literal('intact'), Type.Literal('damaged'), Type.Literal('missing')], {
  title: 'Verification',
  description:
    '`intact`: the stored bytes are those uploaded. `damaged`: they differ. `missing`: there are no stored bytes'
})

const fileProperties = {
  id: Id,
  md5_hash: Type.String({
    description: 'The MD5 of the content, in hexadecimal',
    examples: ['b1946ac92492d2347c6235b4d2611184']
  }),
  sha256: Type.String({
    description: 'The SHA-256 of the content, in hexadecimal',
    examples: ['5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03']
  }),
  file_size: Type.Integer({ description: 'The size in bytes', examples: [6] }),
  s3_path: Type.String({
    description: 'The key of the content in the object storage',
    examples: [
      'tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/files/2026/01/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a_b1946ac92492d2347c6235b4d2611184'
    ]
  }),
  verified_at: Type.Union([Moment, Type.Null()], {
    description: 'When the worker last read the stored content in full; null if it has not yet',
    examples: ['2026-01-31T09:30:01.000Z']
  }),
  verification: Type.Union([Verification, Type.Null()], {
    description: 'What the worker found; null if it has not read the content yet',
    examples: ['intact']
  }),
  detected_type: Type.Union([Type.String(), Type.Null()], {
    description: 'The MIME type detected from the content; null if none was detected',
    examples: ['application/pdf']
  }),
  revision: Revision,
  created_at: Moment,
  updated_at: Moment
}

const { external_id, metadata, tags, folder, ...keptProperties } = documentProperties
/** A document in a list, whose reader may ask for only some of the fields. */
const listedProperties = {
  ...keptProperties,
  external_id: Type.Optional(external_id),
  metadata: Type.Optional(metadata),
  tags: Type.Optional(tags),
  folder: Type.Optional(folder)
}
export const Document = Type.Object(listedProperties, { title: 'Document' })

const FIELDS = Object.keys(listedProperties) as (keyof typeof listedProperties)[]
/** The fields that every document in a list has. */
const KEPT_FIELDS = FIELDS.filter((name) => !(OptionalKind in listedProperties[name]))

/** In the query of a list. */
export const DocumentFields = Type.Optional(
  Type.String({
    maxLength: 1000,
    pattern: patternSaying(
      /^(?:id|filename|mime_type|file_id|user_id|revision|on_behalf_of|created_at|updated_at|external_id|metadata|tags|folder)(?:,(?:id|filename|mime_type|file_id|user_id|revision|on_behalf_of|created_at|updated_at|external_id|metadata|tags|folder))*$/u,
      `must be names of fields, separated by commas: ${FIELDS.join(', ')}`
    ),
    description:
      'The names of the fields that you need, separated by commas; the others are left out, except those that every ' +
      `document has (${KEPT_FIELDS.join(', ')})`,
    examples: ['filename,tags']
  })
)

/** The fields that a document in a list has. */
export const fieldsIn = (asked: string | undefined) =>
  asked === undefined
    ? undefined
    : FIELDS.filter((name) => KEPT_FIELDS.includes(name) || asked.split(',').includes(name))

export const StoredFile = Type.Object(fileProperties, { title: 'StoredFile' })
export const DocumentWithFile = Type.Object(
  { ...documentProperties, file: StoredFile },
  { title: 'DocumentWithFile' }
)
export const UploadedDocument = Type.Object(
  {
    ...documentProperties,
    file: StoredFile,
    deduplicated: Type.Boolean({
      description: 'Whether the tenant already had this content, so that it was not stored again',
      examples: [false]
    })
  },
  { title: 'UploadedDocument' }
)
export const StoredFileWithDocuments = Type.Object(
  {
    ...fileProperties,
    documents: Type.Array(Document, {
      description: 'The newest 100 documents with this content; none if your key lacks `documents:read`'
    })
  },
  { title: 'StoredFileWithDocuments' }
)

export const Disposition = Type.Union([Type.Literal('attachment'), Type.Literal('inline')], {
  title: 'Disposition',
  default: 'attachment',
  description: 'Whether a browser saves the content (`attachment`) or shows it (`inline`)'
})

export const DownloadUrl = Type.Object(
  {
    url: Type.String({
      description: 'The pre-signed URL; anyone who has it can download the content',
      examples: [EXAMPLE_URL]
    }),
    expires_at: Moment
  },
  { title: 'DownloadUrl' }
)

export const DocumentParams = Type.Object({
  ...TenantParams.properties,
  document_id: idOf('The id of the document')
})
export const FileParams = Type.Object({ ...TenantParams.properties, file_id: idOf('The id of the file') })
