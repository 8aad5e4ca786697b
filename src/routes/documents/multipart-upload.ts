import type { FastifyRequest } from 'fastify'
import { knownCharset } from '../../../core/charsets.js'
import { AppError } from '../../../core/errors.js'
import { bodyBytes } from '../../http/body-bytes.js'
import { decodeText } from '../../http/decode-text.js'
import { withDeclaredDigests } from '../../http/digests.js'
import { readForm, type FormPart } from '../../http/form-data.js'
import { parseMediaType } from '../../http/header-parameters.js'
import { namesOf, type PartHeaders } from '../../http/part-headers.js'
import { isCoded, refuseCodedOrPartial } from '../../http/request-content.js'
import type { Upload } from '../../services/uploads/upload.js'
import { readOwnDataTexts } from '../../http/own-data-texts.js'
import { invalid, type QueryFields, type SentUpload } from './upload-fields.js'

/** Maximum number of fields besides the file. */
const MAX_FIELDS = 64
/** Maximum bytes of a field's value, and of all of them. */
const MAX_VALUE = 20 * 1024
const MAX_VALUES = 64 * 1024
/** The content types of fields that may have others than text/plain: generated clients send an object as JSON. */
const FIELD_TYPES = new Map([['metadata', ['text/plain', 'application/json']]])
/** Content-Transfer-Encodings that leave the bytes as they are (RFC 2045 §6.2). */
const UNENCODED = ['7bit', '8bit', 'binary']

/**
 * Reads a multipart/form-data upload (RFC 7578) with its fields before or after the file. `upload` limits the file's
 * bytes.
 * @param query is used like fields of the form
 * @throws {AppError} MALFORMED_REQUEST, UNSUPPORTED_MEDIA_TYPE, CONTENT_RANGE_NOT_SUPPORTED, VALIDATION_ERROR,
 * CHECKSUM_MISMATCH, UPLOAD_ABORTED, and what `receive` throws
 */
export async function readMultipartUpload(
  { raw, headers }: FastifyRequest,
  query: QueryFields,
  upload: Upload
): Promise<SentUpload> {
  const boundary = parseMediaType(headers['content-type'])?.parameters.get('boundary')
  if (!boundary) throw new AppError('MALFORMED_REQUEST', { message: 'The Content-Type must have a boundary' })
  const bytes = withDeclaredDigests(bodyBytes(raw), headers, raw.trailers)
  const { tags: tagsInQuery = [], ...others } = query
  const fields = new Map<string, string>(Object.entries(others))
  let file: (Omit<SentUpload, 'fields'> & { filename: string | undefined }) | undefined
  const tags = [...tagsInQuery]
  let parts = 0
  let length = 0
  for await (const part of readForm(bytes, boundary)) {
    if (++parts > MAX_FIELDS + 1) throw invalid('/', `must have at most ${MAX_FIELDS} fields`)
    refuseEncoded(part)
    const { name, filename } = namesOf(part.headers)
    if (name === 'file') {
      if (file !== undefined) throw invalid('/file', 'may be given only once')
      const received = await upload.receive(withDeclaredDigests(part.body, part.headers))
      file = { received, filename, type: typeOf(part.headers) }
    } else {
      // Browsers give a Blob a filename, and a Blob is the only way for them to send a field as JSON.
      if (filename !== undefined && !FIELD_TYPES.has(name))
        throw invalid(`/${name}`, 'is not a known field; the bytes go into "file"')
      if (fields.has(name)) throw invalid(`/${name}`, 'may be given only once')
      const value = await readField(part, name)
      length += Buffer.byteLength(value)
      if (length > MAX_VALUES)
        throw invalid(`/${name}`, `must have at most ${MAX_VALUES} bytes with all others`)
      if (name === 'tags') tags.push(value)
      else fields.set(name, value)
    }
  }
  if (file === undefined) throw invalid('/file', 'is required')
  const { filename, ...sent } = file
  if (filename !== undefined && !fields.has('filename')) fields.set('filename', filename)
  const metadata = fields.get('metadata')
  const texts = { metadata, ...(tags.length > 0 && { tags }) }
  return { ...sent, fields: { ...Object.fromEntries(fields), ...readOwnDataTexts(texts) } }
}

/** The text of a field, in UTF-8 or its declared charset. */
async function readField({ headers, body }: FormPart, name: string): Promise<string> {
  const type = typeOf(headers)
  const types = FIELD_TYPES.get(name) ?? ['text/plain']
  if (type !== undefined && !types.includes(type.value))
    throw invalid(`/${name}`, `must be ${types.join(' or ')}`)
  const charset = knownCharset(type?.parameters.get('charset') ?? 'utf-8')
  if (charset === undefined) throw invalid(`/${name}`, 'must be UTF-8')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of withDeclaredDigests(body, headers)) {
    length += chunk.length
    if (length > MAX_VALUE) throw invalid(`/${name}`, `must have at most ${MAX_VALUE} bytes`)
    chunks.push(chunk)
  }
  const text = decodeText(Buffer.concat(chunks), charset)
  if (text === undefined) throw invalid(`/${name}`, `must be valid ${charset.toUpperCase()}`)
  return text
}

/** RFC 7578 §4.4: the default is plain text. */
const typeOf = (headers: PartHeaders) => parseMediaType(headers['content-type'] ?? 'text/plain')

/** RFC 7578 §4.7 tells senders not to encode parts; otherwise the encoded form would be stored. */
function refuseEncoded({ headers }: FormPart): void {
  refuseCodedOrPartial(headers)
  if (isCoded(headers['content-transfer-encoding'], UNENCODED))
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', {
      message: 'Send the parts of the form without Content-Transfer-Encoding'
    })
}
