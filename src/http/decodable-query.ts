import type { preHandlerHookHandler } from 'fastify'
import { AppError } from '../../core/errors.js'

/**
 * Refuses a query that is not percent-encoded UTF-8 with VALIDATION_ERROR: the parser leaves such a text as it is, so it
 * would stand for another one. Runs once the names are known to be valid.
 */
export const refuseUndecodable: preHandlerHookHandler = ({ raw: { url = '' } }, _reply, done) => {
  const wrong = url.includes('%') ? partsOf(url).find((part) => !isDecodable(part)) : undefined
  done(wrong === undefined ? undefined : undecodable(wrong))
}

/** What the router gives to the parser begins after the first of these; a later one belongs to a value. */
const partsOf = (url: string): string[] => url.slice(url.search(/[?#]|$/) + 1).split('&')

function undecodable(part: string): AppError {
  const [name = ''] = part.split('=')
  // `name[key]` is a field of an object, whose key may be at fault as well.
  const [known = '', key] = name.split(/\[|%5B/i)
  const path = key === undefined || !isDecodable(key) ? [known] : [known, key.replace(/(\]|%5D)$/i, '')]
  const field = path.map((step) => `/${decodeURIComponent(step)}`).join('')
  return new AppError('VALIDATION_ERROR', { details: [{ field, message: 'must be percent-encoded UTF-8' }] })
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}
