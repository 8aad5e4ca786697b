import { AppError } from '../../core/errors.js'

/** Maximum nesting of arrays and objects. Valid bodies go no deeper than three; recursion is safe up to this. */
const MOST_DEEP = 100

/** An escaped half of a surrogate pair. In UTF-8 text, nothing else can produce one. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/
const LONE_SURROGATE = /\p{Cs}/u

/** A value that contains others, and where it is. */
interface Place {
  value: object
  depth: number
  key: string
  parent: Place | undefined
}

/**
 * Refuses JSON that cannot be processed or stored as it is: nested too deeply for recursion, or with half of a
 * surrogate pair, which UTF-8 cannot encode (RFC 8259 §8.2), so that different strings would be stored as one.
 * @param text what `root` was parsed from
 * @throws {AppError} VALIDATION_ERROR naming the value
 */
export function refuseUnfit(root: unknown, text: string): void {
  const mayBeLone = SURROGATE_ESCAPE.test(text)
  const isLone = (value: unknown) => mayBeLone && typeof value === 'string' && LONE_SURROGATE.test(value)
  if (isLone(root)) throw unfit('/', LONE)
  if (!isObject(root)) return

  const open: Place[] = [{ value: root, depth: 1, key: '', parent: undefined }]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, depth } = place
    if (depth > MOST_DEEP) throw unfit(firstOf(place), `is nested more than ${MOST_DEEP} levels deep`)
    for (const [key, part] of Object.entries(value)) {
      if (isLone(key) || isLone(part)) throw unfit(pointerTo(key, place), LONE)
      if (isObject(part)) open.push({ value: part, depth: depth + 1, key, parent: place })
    }
  }
}

const LONE = 'contains half of a surrogate pair'

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function unfit(field: string, message: string): AppError {
  return new AppError('VALIDATION_ERROR', { details: [{ field, message }] })
}

/** A JSON pointer (RFC 6901) that is safe to send. */
function pointerTo(key: string, parent: Place): string {
  const keys = [key]
  for (let place = parent; place.parent !== undefined; place = place.parent) keys.unshift(place.key)
  return keys.map(escaped).join('')
}

/** The body's property that contains a place; the full path may be extremely long. */
function firstOf(deepest: Place): string {
  let place = deepest
  while (place.parent?.parent !== undefined) place = place.parent
  return escaped(place.key)
}

const escaped = (key: string) =>
  `/${key
    .replaceAll('~', '~0')
    .replaceAll('/', '~1')
    .replace(/\p{Cs}/gu, '\ufffd')}`
