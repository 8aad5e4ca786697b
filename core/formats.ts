import { Type } from '@sinclair/typebox'
import { patternSaying } from './validation/patterns.js'

/** PostgreSQL text cannot hold U+0000, so nothing that is stored may contain it. */
export const NO_NUL = patternSaying(/^[^\u0000]*$/u, 'must not contain U+0000')
/** Something other than white space, and no U+0000. */
export const NOT_BLANK = patternSaying(
  /^\s*[^\s\u0000][^\u0000]*$/u,
  'must contain a visible character, and no U+0000'
)

// The format also accepts "urn:uuid:…", which PostgreSQL does not read.
export const Id = Type.String({
  format: 'uuid',
  maxLength: 36,
  examples: ['5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11']
})
/** Id with a description of what it names. */
export const idOf = (description: string) => ({ ...Id, description })
/** RFC 3339; always in UTC in our answers. */
export const Moment = Type.String({ format: 'date-time', examples: ['2026-01-31T09:30:00.000Z'] })
/** A time in a client's query. */
export const AskedMoment = Type.String({
  format: 'date-time',
  maxLength: 40,
  examples: ['2026-01-31T09:30:00.000Z']
})
/** Two restricted names of RFC 6838 §4.2, in any case; stored and compared in lower case. */
export const MimeType = Type.String({
  maxLength: 100,
  pattern: patternSaying(
    /^[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]*\/[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]*$/u,
    'must be a media type, such as application/pdf'
  ),
  examples: ['application/pdf']
})
/**
 * A name of a document, tenant or person. `storedName` turns it into what is stored.
 * @param maxLength characters, as PostgreSQL and JSON Schema count them
 */
export const nameOf = (
  maxLength: number,
  said: { title?: string; description?: string; examples: string[] }
) => Type.String({ minLength: 1, maxLength, pattern: NOT_BLANK, format: 'name', ...said })
/** Characters. */
export const MAX_FILENAME_LENGTH = 255
export const Filename = nameOf(MAX_FILENAME_LENGTH, {
  description:
    'The name of the document. Stored trimmed and in Unicode NFC. It needs a visible character and must not contain U+0000',
  examples: ['report 2026.pdf']
})
