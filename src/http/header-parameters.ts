import { TypeCompiler } from '@sinclair/typebox/compiler'
import { MimeType } from '../../core/formats.js'

/** `; name=value` or `; name="value"` (RFC 9110 §5.6.6), or a semicolon that nothing follows. */
const PARAMETER =
  /[ \t]*;[ \t]*(?:([!#$%&'*+\-.^_`|~\w]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^"; \t]*(?:[ \t]+[^"; \t]+)*)))?[ \t]*/y
const BEFORE_PARAMETERS = /^[ \t]*([^; \t]*)[ \t]*/

const isMimeType = TypeCompiler.Compile(MimeType)

/** A field value with parameters, such as Content-Type or Content-Disposition. */
export interface ParameterizedValue {
  /** What precedes the parameters, in lower case. */
  value: string
  /** By their names in lower case. Quotes are gone; what a backslash escapes is as it was sent. */
  parameters: ReadonlyMap<string, string>
}

/** Undefined when the text has another form, or names a parameter twice. Takes time in proportion to its length. */
export function parseParameters(text: string): ParameterizedValue | undefined {
  const [start, value = ''] = BEFORE_PARAMETERS.exec(text) ?? ['']
  const parameters = new Map<string, string>()
  for (let at = start.length; at < text.length; at = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = at
    const match = PARAMETER.exec(text)
    if (match === null) return undefined
    const [, name, quoted, plain = ''] = match
    if (name === undefined) continue
    if (parameters.has(name.toLowerCase())) return undefined
    parameters.set(name.toLowerCase(), quoted ?? plain)
  }
  return { value: value.toLowerCase(), parameters }
}

/** A Content-Type. Undefined for none, and for what is no media type; parameters that cannot be read do not count. */
export function parseMediaType(text: string | undefined): ParameterizedValue | undefined {
  if (text === undefined) return undefined
  const parsed = parseParameters(text) ?? {
    value: (BEFORE_PARAMETERS.exec(text)?.[1] ?? '').toLowerCase(),
    parameters: new Map<string, string>()
  }
  return isMimeType.Check(parsed.value) ? parsed : undefined
}
