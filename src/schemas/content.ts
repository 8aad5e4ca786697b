import { Type } from '@sinclair/typebox'
import { Disposition } from './documents.js'
import { Binary, withHeaders } from './envelope.js'
import { ETagHeader, IfMatch } from './revisions.js'

export const ContentQuery = Type.Object({ disposition: Disposition })

const optional = (description: string, example: string) =>
  Type.Optional(Type.String({ description, examples: [example] }))

/** Conditional and range headers for a document's bytes (RFC 9110 §13 and §14). No value is refused. */
export const ContentHeaders = Type.Object({
  range: optional(
    'One range of bytes. An invalid range is ignored, and you get the whole content',
    'bytes=0-1023'
  ),
  'if-range': optional('Apply the range only if this is still the ETag', '"5891b5b5"'),
  'if-match': IfMatch,
  'if-unmodified-since': optional(
    'Answer 412 if the content changed after this date. Ignored when If-Match is sent',
    'Sat, 31 Jan 2026 09:30:00 GMT'
  ),
  'if-none-match': optional('The ETags you have. Answer 304 if one of them is still current', '"5891b5b5"'),
  'if-modified-since': optional(
    'Answer 304 if the content has not changed since this date',
    'Sat, 31 Jan 2026 09:30:00 GMT'
  )
})

const header = (description: string, example: string) => Type.String({ description, examples: [example] })
const validators = {
  ...ETagHeader,
  'last-modified': header('When the file was stored', 'Sat, 31 Jan 2026 09:30:00 GMT'),
  'cache-control': header('You may keep the content, but revalidate it before each use', 'private, no-cache')
}
const bytes = {
  ...validators,
  'accept-ranges': header('You can request ranges of bytes', 'bytes'),
  'content-disposition': header(
    'The filename, encoded as RFC 6266 requires',
    'attachment; filename="report 2026.pdf"'
  )
}

/** Responses to a request for the bytes of a document. */
export const ContentReplies = {
  200: withHeaders(Binary('The whole content'), bytes),
  206: withHeaders(Binary('The requested range of bytes'), {
    ...bytes,
    'content-range': header('The position of the range, and the total size', 'bytes 0-1023/73400320')
  }),
  304: withHeaders(Type.Null({ description: 'The content you have is current' }), validators)
}
