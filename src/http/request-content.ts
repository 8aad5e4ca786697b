import { Readable } from 'node:stream'
import fp from 'fastify-plugin'
import { AppError } from '../../core/errors.js'
import { withDeclaredDigests } from './digests.js'
import { hasBody } from './unread-body.js'

/**
 * Fields that a request may have only once. If there are several, Node and a proxy in front might each believe a
 * different one.
 */
const ONLY_ONCE = new Set(['authorization', 'content-type'])

/**
 * Verifies what a request declares about its content, or refuses the request: otherwise encoded or partial content would
 * be taken for the whole, and a declared digest for a verified one.
 */
export default fp(
  async (app) => {
    app.addHook('onRequest', (request, _reply, done) => {
      done(
        hasOnlyOnce(request.raw.rawHeaders)
          ? undefined
          : new AppError('MALFORMED_REQUEST', { message: TWICE })
      )
    })

    app.addHook('preParsing', async (request, _reply, payload) => {
      if (!hasBody(request)) return payload
      const { headers, routeOptions } = request
      refuseCodedOrPartial(headers)
      // The route reads its own body.
      if (routeOptions.config.streamedBody === true) return payload
      const body = withDeclaredDigests(payload, headers, request.raw.trailers)
      return body === payload ? payload : Readable.from(body, { objectMode: false })
    })
  },
  { name: 'request-content' }
)

const TWICE = `Send each of these headers at most once: ${[...ONLY_ONCE].join(', ')}`

/**
 * Refuses content, of a request or a part, that is encoded or partial. (RFC 9110 §8.4, §14.5)
 * @throws {AppError} UNSUPPORTED_MEDIA_TYPE, CONTENT_RANGE_NOT_SUPPORTED
 */
export function refuseCodedOrPartial(headers: Readonly<Record<string, unknown>>): void {
  if (isCoded(headers['content-encoding'], ['identity'])) {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', { message: 'Send the content without a Content-Encoding' })
  }
  if (headers['content-range'] !== undefined) throw new AppError('CONTENT_RANGE_NOT_SUPPORTED')
}

/** Whether a list of codings contains any but the harmless ones. */
export function isCoded(value: unknown, harmless: readonly string[]): boolean {
  if (typeof value !== 'string') return false
  return value.split(',').some((coding) => !['', ...harmless].includes(coding.trim().toLowerCase()))
}

function hasOnlyOnce(rawHeaders: readonly string[]): boolean {
  const seen = new Set<string>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase()
    if (!ONLY_ONCE.has(name)) continue
    if (seen.has(name)) return false
    seen.add(name)
  }
  return true
}
