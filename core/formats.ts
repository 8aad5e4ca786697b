import { FormatRegistry, Type } from '@sinclair/typebox'

/** PostgreSQL text cannot hold U+0000, so nothing that is stored may contain it. */
export const NO_NUL = '^[^\\u0000]*$'
/** Something other than white space, and no U+0000. */
export const NOT_BLANK = '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$'
const UUID = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'
/** Day, time of day and offset from UTC. PostgreSQL has no year 0 and no offset of 16 hours or more. */
const MOMENT =
  '^(?!0000)\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-](0\\d|1[0-5]):?\\d\\d)$'

// Fastify's validator knows these formats; TypeBox's own checks learn them here.
FormatRegistry.Set('uuid', (text) => new RegExp(UUID).test(text))
FormatRegistry.Set('date-time', (text) => {
  const day = new Date(text.slice(0, 10))
  const isMoment = new RegExp(MOMENT).test(text) && !Number.isNaN(Date.parse(text))
  // JavaScript takes 30 February for 2 March.
  return isMoment && !Number.isNaN(day.getTime()) && text.startsWith(day.toISOString().slice(0, 10))
})

// The format also means "urn:uuid:…", which PostgreSQL does not read.
export const Id = Type.String({
  format: 'uuid',
  maxLength: 36,
  examples: ['5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11']
})
/** The same with a description of what it names. */
export const idOf = (description: string) => ({ ...Id, description })
/** RFC 3339, always in UTC when we send it. */
export const Moment = Type.String({ format: 'date-time', examples: ['2026-01-31T09:30:00.000Z'] })
/** A moment that a client asks for. */
export const AskedMoment = Type.String({
  format: 'date-time',
  pattern: MOMENT,
  examples: ['2026-01-31T09:30:00.000Z']
})
/** Two restricted names of RFC 6838 §4.2, in any case; stored and compared in lower case. */
export const MimeType = Type.String({
  maxLength: 100,
  pattern: '^[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+\\-]*/[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+\\-]*$',
  examples: ['application/pdf']
})
/** Characters, as PostgreSQL and JSON Schema count them; TypeBox's own checks count UTF-16 units. */
export const MAX_FILENAME_LENGTH = 255
export const Filename = Type.String({
  minLength: 1,
  maxLength: MAX_FILENAME_LENGTH,
  pattern: NOT_BLANK,
  description: 'Trimmed; anything but U+0000 may be in it',
  examples: ['report 2026.pdf']
})
