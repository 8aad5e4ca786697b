import { MimeType } from '../../core/formats.js'
import { compileCheck } from '../../core/validation/check.js'

/** RFC 9110 §5.6.2, and the inside of a quoted string (§5.6.4). */
const TOKEN = /[!#$%&'*+\-.^_`|~\w]+/y
const QUOTED = /"((?:[^"\\]|\\.)*)"/y

const problemsOf = compileCheck(MimeType)

/** A field value with parameters, such as Content-Type or Content-Disposition. */
export interface ParameterizedValue {
  /** The part before the parameters, in lower case. */
  value: string
  /** By lower-case name. Without quotes and without the backslashes of escapes. */
  parameters: ReadonlyMap<string, string>
}

/**
 * Undefined if the text has another form, or repeats a parameter. A parameter is `; name=value` or `; name="value"`
 * (RFC 9110 §5.6.6); nothing may follow a semicolon. Takes linear time.
 */
export function parseParameters(text: string): ParameterizedValue | undefined {
  const value = valueOf(text)
  if (/[ \t]/.test(value)) return undefined
  const parameters = new Map<string, string>()
  let at = text.indexOf(';')
  while (at !== -1 && at < text.length) {
    at = skipSpace(text, at + 1)
    const name = matchAt(TOKEN, text, at)?.[0].toLowerCase()
    if (name !== undefined) {
      at = skipSpace(text, at + name.length)
      if (text[at] !== '=' || parameters.has(name)) return undefined
      at = skipSpace(text, at + 1)
      const quoted = matchAt(QUOTED, text, at)
      const end = text.indexOf(';', at) === -1 ? text.length : text.indexOf(';', at)
      const plain = text.slice(at, end)
      if (quoted === null && plain.includes('"')) return undefined
      parameters.set(name, quoted?.[1] ?? trimSpace(plain))
      at = quoted === null ? end : skipSpace(text, at + quoted[0].length)
    }
    if (at < text.length && text[at] !== ';') return undefined
  }
  return { value: value.toLowerCase(), parameters }
}

/** Trims spaces and tabs only: other white space may be part of UTF-8 that is read byte by byte. */
export function trimSpace(text: string): string {
  let end = text.length
  while (end > 0 && isSpace(text[end - 1])) end -= 1
  return text.slice(skipSpace(text, 0), end)
}

const isSpace = (character: string | undefined) => character === ' ' || character === '\t'

function skipSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text[at])) at += 1
  return at
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** The part before the parameters. */
const valueOf = (text: string) =>
  trimSpace(text.slice(0, text.includes(';') ? text.indexOf(';') : text.length))

/**
 * Parses a Content-Type. Undefined if there is none or it is not a media type; parameters that cannot be parsed are
 * ignored.
 */
export function parseMediaType(text: string | undefined): ParameterizedValue | undefined {
  if (text === undefined) return undefined
  const parsed = parseParameters(text) ?? {
    value: valueOf(text).toLowerCase(),
    parameters: new Map<string, string>()
  }
  return problemsOf(parsed.value).length === 0 ? parsed : undefined
}
