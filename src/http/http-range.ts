import type { IncomingHttpHeaders } from 'node:http'
import type { ByteRange } from '../../plugins/storage/object-storage.js'
import { allowsRange, evaluate, type Validators } from './conditions.js'

/** What a response represents. */
export interface Representation extends Validators {
  size: number
}

export type Answer =
  { status: 200 } | { status: 206; range: ByteRange } | { status: 304 } | { status: 412 } | { status: 416 }

/**
 * How to answer a GET or HEAD with conditions (RFC 9110 §13) and a range (§14). Multiple ranges, other units and
 * unparsable ranges are ignored, as §14.2 allows: sending everything is always correct.
 */
export function answerTo(method: string, headers: IncomingHttpHeaders, what: Representation): Answer {
  const outcome = evaluate(headers, what)
  if (outcome === 'failed') return { status: 412 }
  if (outcome === 'unchanged') return { status: 304 }
  if (method !== 'GET' || headers.range === undefined || !allowsRange(headers['if-range'], what))
    return { status: 200 }
  const range = parseRange(headers.range, what.size)
  if (range === null) return { status: 200 }
  return range === 'outside' ? { status: 416 } : { status: 206, range }
}

/**
 * One range of bytes (§14.1.2), clipped to the size. For an empty object, everything: clients that always send a range
 * would otherwise get an error.
 */
function parseRange(header: string, size: number): ByteRange | 'outside' | null {
  const [, first = '', last = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header) ?? []
  if ((first === '' && last === '') || size === 0) return null
  if (first === '')
    return last === '0'.repeat(last.length)
      ? 'outside'
      : { start: Math.max(0, size - Number(last)), end: size - 1 }
  const start = Number(first)
  const end = last === '' ? Infinity : Number(last)
  if (start > end) return null
  return start >= size ? 'outside' : { start, end: Math.min(end, size - 1) }
}
