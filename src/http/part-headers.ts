import { AppError } from '../../core/errors.js'
import { decodeText } from './decode-text.js'
import { parseParameters, trimSpace } from './header-parameters.js'

/** The header fields of a part, by lower-case name. Each byte is a character (Latin-1), as in Node's headers. */
export type PartHeaders = Readonly<Partial<Record<string, string>>>

/** The names in a part's Content-Disposition. */
export interface PartName {
  name: string
  /** Without directories; undefined if missing or empty. */
  filename: string | undefined
}

/** Maximum characters of a part's name; no field that a form may contain has a longer one. */
const MAX_NAME = 100
const FIELD = /^([!#$%&'*+\-.^_`|~\w]+):(.*)$/

/**
 * Parses what is between a boundary and the content of a part: the rest of the boundary's line, which may only be white
 * space (RFC 2046 §5.1.1), and the header fields. The values of a repeated field are joined with a comma.
 * @throws {AppError} MALFORMED_REQUEST
 */
export function parsePartHeaders(block: string): PartHeaders {
  const [padding = '', ...lines] = block.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  if (padding.trim() !== '') throw malformed('A boundary must be followed by a line break')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [, field, value = ''] = FIELD.exec(line) ?? []
    if (field === undefined) throw malformed('A part has a header that cannot be read')
    const name = field.toLowerCase()
    const before = headers.get(name)
    headers.set(name, before === undefined ? trimSpace(value) : `${before}, ${trimSpace(value)}`)
  }
  return Object.fromEntries(headers)
}

/**
 * Parses the Content-Disposition of a part (RFC 7578 §4.2). `filename*` is ignored, because that section says not to
 * send it. Undoes the encoding of names by browsers and Node (`%22`, `%0A`, `%0D`), and the backslashes that others put
 * before quotes. https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 * @throws {AppError} MALFORMED_REQUEST; VALIDATION_ERROR for a name that is not valid UTF-8
 */
export function namesOf(headers: PartHeaders): PartName {
  const disposition = parseParameters(headers['content-disposition'] ?? '')
  const name = disposition?.parameters.get('name')
  if (disposition?.value !== 'form-data' || name === undefined)
    throw malformed('Every part must have a header "Content-Disposition: form-data" with exactly one name')
  const filename = disposition.parameters.get('filename')
  const decoded = decode(name, '/name')
  if (decoded.length > MAX_NAME) throw malformed('The name of a part is too long')
  return {
    name: decoded,
    filename: filename === undefined ? undefined : basename(decode(filename, '/filename')) || undefined
  }
}

function decode(value: string, field: string): string {
  const text = decodeText(Buffer.from(value, 'latin1'))
  if (text === undefined)
    throw new AppError('VALIDATION_ERROR', { details: [{ field, message: 'must be valid UTF-8' }] })
  return text.replace(
    /\\(["\\])|%22|%0A|%0D/g,
    (found, escaped?: string) => escaped ?? (found === '%22' ? '"' : found === '%0A' ? '\n' : '\r')
  )
}

/** RFC 7578 §4.2: receivers must ignore the directories of a path. */
function basename(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  return name === '.' || name === '..' ? '' : name
}

const malformed = (message: string) => new AppError('MALFORMED_REQUEST', { message })
