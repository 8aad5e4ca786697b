import { Type } from '@sinclair/typebox'
import { Filename, Id, idOf, MimeType, Moment } from '../../core/formats.js'
import { OwnDataFields } from '../../core/own-data.js'
import { patternSaying } from '../../core/validation/patterns.js'
import { TenantParams } from './tenants.js'

export const UploadParams = Type.Object({
  ...TenantParams.properties,
  upload_id: idOf('The id of the upload')
})

export const ResumableUpload = Type.Object(
  {
    id: Id,
    kind: Type.Union([Type.Literal('tus'), Type.Literal('direct')], {
      title: 'UploadKind',
      description: '`tus`: the API takes the bytes. `direct`: the storage takes them',
      examples: ['tus']
    }),
    filename: Type.String({ examples: ['report 2026.pdf'] }),
    state: Type.Union(
      [Type.Literal('open'), Type.Literal('finishing'), Type.Literal('done'), Type.Literal('failed')],
      {
        title: 'UploadState',
        description:
          '`open`: takes bytes. `finishing`: all bytes have arrived, and the document is being made. `done`: there is a ' +
          'document. `failed`: see `error`',
        examples: ['open']
      }
    ),
    offset: Type.Integer({
      description: 'Bytes that have been saved; 0 while a direct upload is open',
      examples: [3]
    }),
    length: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Bytes of the whole content; null if not declared yet',
      examples: [6]
    }),
    error: Type.Union([Type.String(), Type.Null()], {
      description: 'The error code of a failed upload',
      examples: ['CHECKSUM_MISMATCH']
    }),
    document_id: Type.Union([Id, Type.Null()], { description: 'The document that was made of the upload' }),
    expires_at: Type.Union([Moment, Type.Null()], {
      description: 'When an open upload expires unless more bytes arrive',
      examples: ['2026-02-01T09:30:00.000Z']
    }),
    created_at: Moment
  },
  { title: 'ResumableUpload' }
)

/** What a client may declare about the content and its document. */
export const DeclaredContent = Type.Object({
  filename: Filename,
  mime_type: Type.Optional(MimeType),
  md5: Type.Optional(
    Type.String({
      pattern: patternSaying(/^[0-9a-fA-F]{32}$/u, 'must be the 32 hexadecimal digits of an MD5'),
      description: 'The MD5 of the whole content. The server verifies it',
      examples: ['b1946ac92492d2347c6235b4d2611184']
    })
  ),
  sha256: Type.Optional(
    Type.String({
      pattern: patternSaying(/^[0-9a-fA-F]{64}$/u, 'must be the 64 hexadecimal digits of a SHA-256'),
      description: 'The SHA-256 of the whole content. The server verifies it',
      examples: ['5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03']
    })
  ),
  ...OwnDataFields
})

export const DirectUploadRequest = Type.Object(
  {
    ...DeclaredContent.properties,
    length: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Bytes of the whole content',
      examples: [20_000_000]
    }),
    content_type: Type.Optional(
      Type.String({
        maxLength: 255,
        description:
          'As the Content-Type of a file in a form: the type, if you leave out `mime_type`, and the charset',
        examples: ['text/plain; charset=utf-8']
      })
    )
  },
  { additionalProperties: false, title: 'DirectUploadRequest' }
)

const PartsTotal = Type.Integer({ description: 'How many parts the upload has', examples: [3] })
export const DirectUpload = Type.Object(
  {
    id: Id,
    part_size: Type.Integer({
      description: 'Bytes of each part; only the last may be smaller',
      examples: [8_388_608]
    }),
    parts_total: PartsTotal,
    expires_at: Type.Union([Moment, Type.Null()], {
      description: 'When it expires unless you ask for its parts again; null if it has ended',
      examples: ['2026-02-01T09:30:00.000Z']
    })
  },
  { title: 'DirectUpload' }
)

export const PartsQuery = Type.Object({
  from: Type.Integer({
    minimum: 1,
    maximum: 10_000,
    default: 1,
    description: 'The number of the first part to return',
    examples: [1]
  }),
  count: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 100,
    description: 'The maximum number of parts to return',
    examples: [100]
  })
})
const UploadPart = Type.Object(
  {
    number: Type.Integer({ examples: [1] }),
    size: Type.Integer({
      description: 'The exact number of bytes that the storage accepts at the URL',
      examples: [8_388_608]
    }),
    stored: Type.Boolean({ description: 'Whether the storage has it already', examples: [false] }),
    url: Type.String({
      description: 'The URL to PUT the bytes to, without a token; anyone who has it can do so',
      examples: ['https://s3.example.com/strongroom/tenants/…?partNumber=1&X-Amz-Signature=…']
    })
  },
  { title: 'UploadPart' }
)
export const UploadParts = Type.Object(
  {
    parts_total: PartsTotal,
    expires_at: { ...Moment, description: 'When the URLs expire; ask for new ones then' },
    parts: Type.Array(UploadPart)
  },
  { title: 'UploadParts' }
)

const header = (description: string, example: string) => Type.String({ description, examples: [example] })
const optional = (description: string, example: string) => Type.Optional(header(description, example))

const TusResumable = Type.Optional(
  Type.String({ description: 'The version of tus; required', examples: ['1.0.0'] })
)
const Metadata = header(
  'Pairs of a key and a value in Base64, separated by commas',
  'filename cmVwb3J0IDIwMjYucGRm,filetype YXBwbGljYXRpb24vcGRm'
)
const Offset = header('Bytes that have been saved', '3')
const Length = header('Bytes of the whole content', '6')
const Expires = header('When the upload expires unless more bytes arrive', 'Sun, 01 Feb 2026 09:30:00 GMT')

/** Headers of requests. Their values are checked by `src/http/tus/headers.ts`. */
export const TusHeaders = Type.Object({ 'tus-resumable': TusResumable })
export const CreationHeaders = {
  'tus-resumable': TusResumable,
  'upload-length': optional('Bytes of the whole content', '6'),
  'upload-defer-length': optional('1: a later PATCH declares the length', '1'),
  'upload-metadata': Type.Optional({ ...Metadata, maxLength: 8_192 }),
  'upload-checksum': optional(
    'An algorithm, and the digest of this body in Base64',
    'md5 sZRqySSS0jR8YjW00mERhA=='
  )
}
export const WriteHeaders = Type.Object({
  'tus-resumable': TusResumable,
  'upload-offset': optional('Where these bytes start; required', '3'),
  'upload-length': CreationHeaders['upload-length'],
  'upload-checksum': CreationHeaders['upload-checksum']
})

/** For networks that block PATCH. */
export const OverrideHeader = { 'x-http-method-override': optional('PATCH; required', 'PATCH') }

/** Headers of answers. */
export const PositionHeaders = { 'upload-offset': Offset, 'upload-expires': Type.Optional(Expires) }
export const CreatedHeaders = {
  ...PositionHeaders,
  location: header(
    'The path of the upload',
    '/api/tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/uploads/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a'
  )
}
export const StateHeaders = {
  ...PositionHeaders,
  'upload-length': Type.Optional(Length),
  'upload-metadata': Type.Optional(Metadata)
}
export const WrittenHeaders = {
  ...PositionHeaders,
  'content-location': Type.Optional(
    header(
      'The new document, if this request completed the upload and no more work is needed',
      '/api/tenants/5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11/documents/0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a'
    )
  )
}
