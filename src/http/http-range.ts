import type { IncomingHttpHeaders } from 'node:http'
import type { ByteRange } from '../../plugins/storage/object-storage.js'

/** What a response is about; both validators as they stand in its headers. */
export interface Representation {
  size: number
  /** Strong, with its quotes. */
  etag: string
  modified: Date
}

export type Answer = { status: 200 } | { status: 206; range: ByteRange } | { status: 304 } | { status: 416 }

/**
 * What to answer to a GET or HEAD with conditions (RFC 9110 §13) and a range (§14). Several ranges, other units
 * and what cannot be read are ignored, as §14.2 allows: the whole is always a right answer. If-Match is not
 * looked at, since the bytes under one URL never change.
 */
export function answerTo(method: string, headers: IncomingHttpHeaders, what: Representation): Answer {
  if (isUnchanged(headers, what)) return { status: 304 }
  if (method !== 'GET' || headers.range === undefined || !isSame(headers['if-range'], what))
    return { status: 200 }
  const range = parseRange(headers.range, what.size)
  if (range === null) return { status: 200 }
  return range === 'outside' ? { status: 416 } : { status: 206, range }
}

/** §13.1.2 compares weakly; §13.1.3 counts only where there is no If-None-Match, and a date is known. */
export function isUnchanged(
  headers: IncomingHttpHeaders,
  { etag, modified }: Pick<Representation, 'etag'> & Partial<Representation>
): boolean {
  const known = headers['if-none-match']
  if (known !== undefined) {
    return known.trim() === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
  }
  if (modified === undefined) return false
  const since = Date.parse(headers['if-modified-since'] ?? '')
  return wholeSeconds(modified) <= since
}

/** §13.1.5: a strong tag or the exact date; a weak tag never matches. */
function isSame(condition: string | string[] | undefined, { etag, modified }: Representation): boolean {
  if (condition === undefined) return true
  return condition === etag || Date.parse(String(condition)) === wholeSeconds(modified)
}

const wholeSeconds = (date: Date) => Math.floor(date.getTime() / 1000) * 1000

/**
 * One range of bytes (§14.1.2), cut to the size. Of an empty object, the whole: clients that ask for a range
 * each time would otherwise see an error.
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
