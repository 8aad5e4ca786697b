import { Type } from '@sinclair/typebox'
import { AppError } from '../../core/errors.js'
import { compileCheck } from '../../core/validation/check.js'
import { patternSaying } from '../../core/validation/patterns.js'
import type { ExpectedRevisions } from '../../db/revisions.js'

/** The largest that the column can hold. */
const MAX_REVISION = 2_147_483_647

/** RFC 9110 §13.1.1; elements of the list may be empty (§5.6.1.2), but not all of them. */
const problemsOf = compileCheck(
  Type.String({
    pattern: patternSaying(
      /^(?:\*|[\t ,]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:[\t ]*,[\t ,]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*[\t ,]*)$/u,
      'must be * or a list of ETags in quotes, such as "3"'
    )
  })
)

/** The strong ETag (RFC 9110 §8.8.3) of a document, file or tenant. */
export const etagOf = ({ revision }: { revision: number }): string => `"${revision}"`

/**
 * The revisions to which the If-Match of a change restricts it; undefined: any. Weak tags match nothing (§8.8.3.2), and
 * neither do tags that no revision has. `*` allows any revision: a resource that does not exist gets 404 before.
 * @throws {AppError} VALIDATION_ERROR
 */
export function expectedRevisions(headers: { 'if-match'?: string }): ExpectedRevisions {
  const header = headers['if-match']
  if (header === undefined) return undefined
  const [problem] = problemsOf(header)
  if (problem !== undefined)
    throw new AppError('VALIDATION_ERROR', { details: [{ ...problem, field: '/if-match' }] })
  if (header === '*') return undefined
  return [...header.matchAll(/(W\/)?"([^"]*)"/g)].flatMap(([, weak, tag = '']) => {
    const isRevision = weak === undefined && /^[1-9]\d{0,9}$/.test(tag)
    return isRevision && Number(tag) <= MAX_REVISION ? [Number(tag)] : []
  })
}
