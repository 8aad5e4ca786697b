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
import { invalid, type SentUpload } from './upload-fields.js'

const MAX_PARTS = 20
/** Maximum bytes of a field's value. */
const MAX_VALUE = 4096
/** Content-Transfer-Encodings that leave the bytes as they are (RFC 2045 §6.2). */
const UNENCODED = ['7bit', '8bit', 'binary']

/**
 * Reads a multipart/form-data upload (RFC 7578) with its fields before or after the file. The upload counts the file's
 * bytes.
 * @param nameInQuery used like the field `filename`
 * @throws {AppError} MALFORMED_REQUEST, UNSUPPORTED_MEDIA_TYPE, CONTENT_RANGE_NOT_SUPPORTED, VALIDATION_ERROR,
 * CHECKSUM_MISMATCH, UPLOAD_ABORTED, and what `receive` throws
 */
export async function readMultipartUpload(
  { raw, headers }: FastifyRequest,
  nameInQuery: string | undefined,
  upload: Upload
): Promise<SentUpload> {
  const boundary = parseMediaType(headers['content-type'])?.parameters.get('boundary')
  if (!boundary) throw new AppError('MALFORMED_REQUEST', { message: 'The Content-Type must have a boundary' })
  const bytes = withDeclaredDigests(bodyBytes(raw), headers, raw.trailers)
  const fields = new Map<string, string>(nameInQuery === undefined ? [] : [['filename', nameInQuery]])
  let file: (Omit<SentUpload, 'fields'> & { filename: string | undefined }) | undefined
  let parts = 0
  for await (const part of readForm(bytes, boundary)) {
    if (++parts > MAX_PARTS) throw invalid('/', `must have at most ${MAX_PARTS} parts`)
    refuseEncoded(part)
    const { name, filename } = namesOf(part.headers)
    if (name === 'file') {
      if (file !== undefined) throw invalid('/file', 'may be given only once')
      const received = await upload.receive(withDeclaredDigests(part.body, part.headers))
      file = { received, filename, type: typeOf(part.headers) }
    } else {
      if (filename !== undefined) throw invalid(`/${name}`, 'is not a known field; the bytes go into "file"')
      if (fields.has(name)) throw invalid(`/${name}`, 'may be given only once')
      fields.set(name, await readField(part, name))
    }
  }
  if (file === undefined) throw invalid('/file', 'is required')
  const { filename, ...sent } = file
  if (filename !== undefined && !fields.has('filename')) fields.set('filename', filename)
  return { ...sent, fields: Object.fromEntries(fields) }
}

/** The text of a field, in UTF-8 or its declared charset. */
async function readField({ headers, body }: FormPart, name: string): Promise<string> {
  const type = typeOf(headers)
  if (type !== undefined && type.value !== 'text/plain') throw invalid(`/${name}`, 'must be text/plain')
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
