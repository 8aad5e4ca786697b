import { isNetwork } from '../networks.js'
import { isUuid } from '../uuid.js'

/** A `format` of JSON Schema: which texts pass, and the sentence for those that do not. */
interface TextFormat {
  /** Takes time linear in the length of the text. */
  passes: (text: string) => boolean
  sentence: string
}

/**
 * RFC 3339 §5.6, with a space or "T"; the offset may lack its colon. PostgreSQL has no year 0 and no offset of 16
 * hours or more.
 */
const MOMENT =
  /^(?!0000)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:(?:[0-5]\d|60)(?:\.\d{1,9})?(?:Z|[+\-](?:0\d|1[0-5]):?\d\d)$/iu
/** PostgreSQL cannot hold the first, and UTF-8 cannot encode the second (half of a surrogate pair). */
const NO_TEXT = /[\0\p{Cs}]/u
/**
 * A character that is visible by itself: no white space, control, format or combining character, and none that fonts
 * show as nothing (UAX #44, Default_Ignorable_Code_Point; the blank Braille pattern; the null note head).
 */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]/u
/**
 * Characters that are invisible in an address, so that two addresses could look the same; RFC 5321 has no spaces
 * either.
 */
const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]/u

/**
 * Every format that a schema may name; Ajv refuses to compile others. None comes from ajv-formats, some of whose
 * patterns backtrack.
 */
export const TEXT_FORMATS = {
  uuid: { passes: isUuid, sentence: 'must be a UUID' },
  'date-time': {
    passes: isMoment,
    sentence: 'must be a date and time with an offset, such as 2026-01-31T09:30:00Z'
  },
  /**
   * Surrounding white space is trimmed later. It is not called `email`, since it accepts more than that format allows:
   * clients, and tests generated from the description, would take such addresses for invalid.
   */
  mailbox: {
    passes: (text) => !INVISIBLE.test(text.trim()),
    sentence: 'must be an e-mail address, such as ada@example.com'
  },
  name: {
    passes: (text) => VISIBLE.test(text) && !NO_TEXT.test(text),
    sentence: 'must contain a visible character, but neither U+0000 nor half of a surrogate pair'
  },
  text: {
    passes: (text) => !NO_TEXT.test(text),
    sentence: 'must not contain U+0000 or half of a surrogate pair'
  },
  network: { passes: isNetwork, sentence: 'must be a network or an IP address, such as 203.0.113.0/24' },
  /** Only for readers of the description: the bytes of an upload are not validated as JSON. */
  binary: { passes: () => true, sentence: 'must be bytes' }
} as const satisfies Record<string, TextFormat>

function isMoment(text: string): boolean {
  if (!MOMENT.test(text)) return false
  // JavaScript knows no leap seconds, and reads 30 February as 2 March.
  const day = new Date(text.slice(0, 10))
  const isDay = !Number.isNaN(day.getTime()) && text.startsWith(day.toISOString().slice(0, 10))
  return isDay && Number(text.slice(11, 13)) < 24 && Number(text.slice(14, 16)) < 60
}
