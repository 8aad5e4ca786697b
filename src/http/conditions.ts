import type { IncomingHttpHeaders } from 'node:http'
import { parseHttpDate } from './http-date.js'

/** What conditions are compared with: the validators in the response headers. */
export interface Validators {
  /** Strong, including its quotes. */
  etag: string
  modified: Date
}

/**
 * Evaluates the conditions of a GET or HEAD (RFC 9110 §13) in the order of §13.2.2: `failed` is 412, `unchanged` is
 * 304. Invalid dates are ignored.
 */
export function evaluate(
  headers: IncomingHttpHeaders,
  what: Pick<Validators, 'etag'> & Partial<Validators>
): 'failed' | 'unchanged' | 'holds' {
  const match = headers['if-match']
  const noneMatch = headers['if-none-match']
  // Without a modification date, conditions on dates do not apply.
  const modified = what.modified === undefined ? NaN : wholeSeconds(what.modified)
  if (match !== undefined) {
    if (!lists(match, what.etag, 'strong')) return 'failed'
  } else {
    const unmodifiedSince = parseHttpDate(headers['if-unmodified-since'])
    if (unmodifiedSince !== undefined && modified > unmodifiedSince) return 'failed'
  }
  if (noneMatch !== undefined) return lists(noneMatch, what.etag, 'weak') ? 'unchanged' : 'holds'
  const modifiedSince = parseHttpDate(headers['if-modified-since'])
  return modifiedSince !== undefined && modified <= modifiedSince ? 'unchanged' : 'holds'
}

/** Whether If-Range allows the range (§13.1.5): a strong tag or the exact date; a weak tag never matches. */
export function allowsRange(
  condition: string | string[] | undefined,
  { etag, modified }: Validators
): boolean {
  if (condition === undefined || condition === etag) return true
  return parseHttpDate(String(condition)) === wholeSeconds(modified)
}

/** Whether a list of tags, or `*`, contains a strong tag; in strong comparison, a weak tag never matches (§8.8.3.2). */
function lists(header: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (header.trim() === '*') return true
  // A tag may contain commas.
  for (const [, weak, tag] of header.matchAll(/(W\/)?("[^"]*")/g))
    if (tag === etag && (weak === undefined || comparison === 'weak')) return true
  return false
}

const wholeSeconds = (date: Date) => Math.floor(date.getTime() / 1000) * 1000
