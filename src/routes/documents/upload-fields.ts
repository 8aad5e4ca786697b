import type { Readable } from 'node:stream'
import { Type, type Static } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { AppError } from '../../errors.js'
import { Filename, MAX_FILENAME_LENGTH, MimeType, NOT_BLANK } from '../../schemas/formats.js'
import type { ReceivedUpload } from '../../services/upload-service.js'

/** Takes bytes in; see `UploadService.receive`. */
export type Receive = (stream: Readable) => Promise<ReceivedUpload>

/** What a client may say about the bytes that it sends. */
export const UploadFields = Type.Object(
  {
    filename: Type.Optional(Filename),
    mime_type: Type.Optional(MimeType),
    md5: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F]{32}$', description: 'Hexadecimal; verified' }))
  },
  { additionalProperties: false }
)
export type UploadFields = Static<typeof UploadFields>

/** An upload whose bytes have arrived and whose name and type are known. */
export interface ReadUpload {
  received: ReceivedUpload
  filename: string
  mimeType: string
}

/**
 * Receives a stream that comes from the client. One that fails by itself was cut off or is not what its type
 * says, whatever error it fails with.
 * @throws {AppError} MALFORMED_REQUEST, and what `receive` throws
 */
export async function receiveFrom(stream: Readable, receive: Receive): Promise<ReceivedUpload> {
  try {
    return await receive(stream)
  } catch (error) {
    if (stream.errored === null || error instanceof AppError) throw error
    throw new AppError('MALFORMED_REQUEST', { cause: error })
  }
}

// The length of the name is checked apart, since TypeBox does not count in characters.
const compiled = TypeCompiler.Compile(
  Type.Object(
    { ...UploadFields.properties, filename: Type.Optional(Type.String({ pattern: NOT_BLANK })) },
    { additionalProperties: false }
  )
)
const mimeType = TypeCompiler.Compile(MimeType)

/**
 * Names and types the received bytes; when something about the fields is wrong, discards them and throws.
 * @throws {AppError} VALIDATION_ERROR, CHECKSUM_MISMATCH
 */
export async function describeUpload(
  received: ReceivedUpload,
  fields: Record<string, unknown>,
  contentType: string | undefined
): Promise<ReadUpload> {
  try {
    const { filename, mime_type, md5 } = checked(fields)
    if (filename === undefined) throw invalid('/filename', 'is required')
    if (md5 !== undefined && md5.toLowerCase() !== received.content.md5Hash)
      throw new AppError('CHECKSUM_MISMATCH')
    return { received, filename: filename.trim(), mimeType: mime_type ?? typeOf(contentType) }
  } catch (error) {
    await received.discard()
    throw error
  }
}

export function invalid(field: string, message: string): AppError {
  return new AppError('VALIDATION_ERROR', { details: [{ field, message }] })
}

function checked(fields: Record<string, unknown>): UploadFields {
  if (!compiled.Check(fields)) {
    const details = [...compiled.Errors(fields)].map(({ path, message }) => ({ field: path, message }))
    throw new AppError('VALIDATION_ERROR', { details })
  }
  if (Array.from(fields.filename ?? '').length > MAX_FILENAME_LENGTH) {
    throw invalid('/filename', `must NOT have more than ${MAX_FILENAME_LENGTH} characters`)
  }
  return fields
}

/** A media type without its parameters; what does not look like one says nothing about the content. */
function typeOf(contentType: string | undefined): string {
  const type = contentType?.split(';', 1)[0]?.trim()
  return mimeType.Check(type) ? type : 'application/octet-stream'
}
