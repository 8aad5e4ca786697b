import { Type } from '@sinclair/typebox'
import { Disposition } from './documents.js'
import { Binary, withHeaders } from './envelope.js'

export const ContentQuery = Type.Object({ disposition: Disposition })

const optional = (description: string, example: string) =>
  Type.Optional(Type.String({ description, examples: [example] }))

/** Conditional and range headers for a document's bytes (RFC 9110 §13 and §14). None of them can be invalid. */
export const ContentHeaders = Type.Object({
  range: optional(
    'One range of bytes; what cannot be read is ignored, and the whole is sent',
    'bytes=0-1023'
  ),
  'if-range': optional('The range counts only while this is the ETag', '"5891b5b5"'),
  'if-match': optional('412 unless the ETag is one of these', '"5891b5b5"'),
  'if-unmodified-since': optional(
    '412 when something changed since; If-Match goes before it',
    'Sat, 31 Jan 2026 09:30:00 GMT'
  ),
  'if-none-match': optional('The ETag of what the client has: 304 when it is still so', '"5891b5b5"'),
  'if-modified-since': optional('304 when nothing changed since', 'Sat, 31 Jan 2026 09:30:00 GMT')
})

const header = (description: string, example: string) => Type.String({ description, examples: [example] })
const validators = {
  etag: header(
    'Of the content: its SHA-256',
    '"5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"'
  ),
  'last-modified': header('When the file was stored', 'Sat, 31 Jan 2026 09:30:00 GMT'),
  'cache-control': header('To be kept, but asked about each time', 'private, no-cache')
}
const bytes = {
  ...validators,
  'accept-ranges': header('Ranges of bytes can be asked for', 'bytes'),
  'content-disposition': header(
    'The name, encoded as RFC 6266 says',
    'attachment; filename="report 2026.pdf"'
  )
}

/** Responses with the bytes of a document, or about them. */
export const ContentReplies = {
  200: withHeaders(Binary('The bytes'), bytes),
  206: withHeaders(Binary('The range of bytes that was asked for'), {
    ...bytes,
    'content-range': header('Where they lie, and the size of the whole', 'bytes 0-1023/73400320')
  }),
  304: withHeaders(Type.Null({ description: 'The client has them already' }), validators)
}
