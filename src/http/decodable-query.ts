import type { FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.js'

/**
 * Refuses a query that is not percent-encoded UTF-8: the parser leaves such a text as it is, so it would stand for
 * another one. Runs once the names are known to be valid.
 * @throws {AppError} VALIDATION_ERROR
 */
export async function refuseUndecodable({ raw: { url = '' } }: FastifyRequest): Promise<void> {
  if (!url.includes('%')) return
  const wrong = url.split(/[?&]/).find((part) => !isDecodable(part))
  if (wrong === undefined) return
  // Only a value can be at fault: such a name would have been refused as unknown. `name[key]` is a field of an object.
  const [name = ''] = wrong.split('=')
  const field = `/${decodeURIComponent(name).replace('[', '/').replace(/\]$/, '')}`
  throw new AppError('VALIDATION_ERROR', { details: [{ field, message: 'must be percent-encoded UTF-8' }] })
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}
