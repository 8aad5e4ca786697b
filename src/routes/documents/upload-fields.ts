import { Type, type Static } from '@sinclair/typebox'
import { AppError, type ErrorCode } from '../../../core/errors.js'
import { knownCharset } from '../../../core/charsets.js'
import { Filename, MAX_FILENAME_LENGTH, MimeType } from '../../../core/formats.js'
import { OwnDataFields } from '../../../core/own-data.js'
import { compileCheck } from '../../../core/validation/check.js'
import { storedName } from '../../../core/validation/names.js'
import { storedOwnData } from '../../../core/validation/own-data.js'
import { patternSaying } from '../../../core/validation/patterns.js'
import { CONTENT_ERRORS } from '../../schemas/envelope.js'
import { IdempotencyHeaders } from '../../schemas/idempotency.js'
import { ON_BEHALF_OF_HEADER } from '../../schemas/on-behalf-of.js'
import type { ParameterizedValue } from '../../http/header-parameters.js'
import { chooseMimeType } from '../../services/uploads/mime-type.js'
import type { ReceivedBytes, UploadDescription } from '../../services/uploads/upload.js'

/** What request headers may declare about the bytes, besides their type. */
export const UploadHeaders = Type.Object({
  ...IdempotencyHeaders.properties,
  ...ON_BEHALF_OF_HEADER,
  'content-md5': Type.Optional(
    Type.String({
      pattern: patternSaying(/^[A-Za-z0-9+/]{22}==$/u, 'must be the base64 of 16 bytes'),
      description: 'The MD5 of the body in base64 (RFC 1864). The server verifies it',
      examples: ['sZRqySSS0jR8YjW00mERhA==']
    })
  ),
  'content-digest': Type.Optional(
    Type.String({
      description:
        'The SHA-256 of the body (RFC 9530). The server verifies it, and Repr-Digest, and the same headers of a part',
      examples: ['sha-256=:WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai5rf2vgM=:']
    })
  )
})

/** The fields that the query may have: all of them with a raw body, or those that the form leaves out. */
export const UploadQuery = Type.Object({
  filename: Type.Optional({
    ...Filename,
    description: 'The name of the document; required if the body is the raw bytes'
  }),
  external_id: OwnDataFields.external_id,
  metadata: Type.Optional(
    Type.String({
      maxLength: 4_096,
      description: 'The metadata as a JSON object. Longer metadata fits only into a form',
      examples: ['{"customer":"C-17"}']
    })
  ),
  tags: OwnDataFields.tags,
  folder: OwnDataFields.folder
})
export type QueryFields = Static<typeof UploadQuery>

/** What a client may declare about the bytes it sends. */
export const UploadFields = Type.Object(
  {
    filename: Type.Optional(Filename),
    mime_type: Type.Optional(MimeType),
    md5: Type.Optional(
      Type.String({
        pattern: patternSaying(/^[0-9a-fA-F]{32}$/u, 'must be the 32 hexadecimal digits of an MD5'),
        description: 'The MD5 of the content in hexadecimal. The server verifies it',
        examples: ['b1946ac92492d2347c6235b4d2611184']
      })
    ),
    ...OwnDataFields
  },
  { additionalProperties: false }
)
export type UploadFields = Static<typeof UploadFields>

/** It is checked while it streams by; this only documents it. */
export const UploadBody = {
  content: {
    'multipart/form-data': {
      schema: Type.Object(
        {
          file: Type.String({ format: 'binary', description: 'The content' }),
          ...UploadFields.properties
        },
        { title: 'UploadForm' }
      )
    },
    'application/octet-stream': {
      schema: Type.String({
        format: 'binary',
        description: 'The content; you may send any other content type too'
      })
    }
  }
}

export const UPLOAD_ERRORS = [
  'VALIDATION_ERROR',
  'EMPTY_FILE',
  'EXTERNAL_ID_TAKEN',
  ...CONTENT_ERRORS,
  'UPLOAD_ABORTED',
  'FILE_TOO_LARGE',
  'QUOTA_EXCEEDED',
  'UPLOADS_BUSY',
  'STORAGE_UNAVAILABLE',
  'UPLOAD_INTERRUPTED'
] as const satisfies ErrorCode[]

const problemsIn = compileCheck(UploadFields)

/** What a request sent: the bytes, and what was declared about them. */
export interface SentUpload {
  received: ReceivedBytes
  fields: Record<string, unknown>
  /** The Content-Type of the bytes. */
  type: ParameterizedValue | undefined
}

/**
 * Gives the received bytes their name and type.
 * @throws {AppError} VALIDATION_ERROR, CHECKSUM_MISMATCH
 */
export async function describeUpload({ received, fields, type }: SentUpload): Promise<UploadDescription> {
  const { content, head } = received
  const { filename, mime_type, md5, ...own } = checked(fields)
  if (filename === undefined) throw invalid('/filename', 'is required')
  if (md5 !== undefined && md5.toLowerCase() !== content.md5Hash) throw new AppError('CHECKSUM_MISMATCH')
  const name = storedName(filename, '/filename', MAX_FILENAME_LENGTH)
  const ownData = storedOwnData(own)
  const said = { field: mime_type, contentType: type?.value, head, filename: name }
  const charset = knownCharset(type?.parameters.get('charset')) ?? null
  return { content, filename: name, mimeType: await chooseMimeType(said), charset, ownData }
}

export function invalid(field: string, message: string): AppError {
  return new AppError('VALIDATION_ERROR', { details: [{ field, message }] })
}

function checked(fields: Record<string, unknown>): UploadFields {
  const details = problemsIn(fields)
  if (details.length > 0) throw new AppError('VALIDATION_ERROR', { details })
  return fields
}
