import { isUtf8 } from 'node:buffer'
import fp from 'fastify-plugin'
import { AppError } from '../../core/errors.js'
import { parseMediaType } from './header-parameters.js'
import { refuseUnfit } from './json-values.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body may also be declared as a merge patch (RFC 7396). */
    mergePatch?: boolean
  }
}

export const MERGE_PATCH = 'application/merge-patch+json'

/**
 * Bodies are JSON in UTF-8 (RFC 8259 §8.1) unless a route says otherwise. A byte order mark is ignored. The type of a
 * request without a body does not count: many clients send one anyway. Refuses with MALFORMED_REQUEST,
 * UNSUPPORTED_MEDIA_TYPE, VALIDATION_ERROR.
 */
export default fp(
  async (app) => {
    const parse = app.getDefaultJsonParser('error', 'error')
    app.removeContentTypeParser(['application/json', 'text/plain'])
    app.addContentTypeParser(
      ['application/json', MERGE_PATCH],
      { parseAs: 'buffer' },
      (request, body, done) => {
        const bytes = body as Buffer
        if (bytes.length === 0) {
          done(null, undefined)
          return
        }
        const isPatch = parseMediaType(request.headers['content-type'])?.value === MERGE_PATCH
        if (isPatch && request.routeOptions.config.mergePatch !== true) {
          done(new AppError('UNSUPPORTED_MEDIA_TYPE'))
          return
        }
        if (!isInUtf8(request.headers['content-type'])) {
          done(new AppError('UNSUPPORTED_MEDIA_TYPE'))
          return
        }
        // Each invalid byte would become U+FFFD, and different passwords would be the same.
        if (!isUtf8(bytes)) {
          done(new AppError('MALFORMED_REQUEST', { message: 'The body must be UTF-8' }))
          return
        }
        const text = bytes.toString('utf8')
        void parse(request, text, (error, value) => {
          if (error) {
            done(error, undefined)
            return
          }
          try {
            refuseUnfit(value, text)
          } catch (unfit) {
            done(unfit as Error, undefined)
            return
          }
          done(null, value)
        })
      }
    )

    // Anything else: no body, or a type that no route accepts.
    app.addContentTypeParser('*', (request, payload, done) => {
      if (request.headers['content-length'] === '0') {
        done(null, undefined)
        return
      }
      const isChunked = request.headers['transfer-encoding'] !== undefined
      // A client that waits for "100 Continue" has a body.
      if (!isChunked || request.headers.expect !== undefined) {
        done(new AppError('UNSUPPORTED_MEDIA_TYPE'))
        return
      }
      const settle = (error: Error | null) => {
        payload.off('data', onData).off('end', onEnd).off('error', settle)
        done(error, undefined)
      }
      const onData = () => settle(new AppError('UNSUPPORTED_MEDIA_TYPE'))
      const onEnd = () => settle(null)
      payload.on('data', onData).on('end', onEnd).on('error', settle)
    })

    // Fastify refuses an unparsable type before any parser sees whether there is a body.
    app.addHook('preParsing', (request, _reply, payload, done) => {
      const { headers } = request.raw
      const { 'content-type': type, 'content-length': length = '0', 'transfer-encoding': coding } = headers
      const mayBeEmpty = coding === undefined ? length === '0' : !JSON_TYPE.test(type ?? '')
      if (mayBeEmpty && request.routeOptions.config.streamedBody !== true) delete headers['content-type']
      done(null, payload)
    })
  },
  { name: 'json-body' }
)

const JSON_TYPE = /^\s*application\/(?:merge-patch\+)?json\s*(;|$)/i
const CHARSET = /;\s*charset\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)/gi

function isInUtf8(contentType = ''): boolean {
  for (const [, value = ''] of contentType.matchAll(CHARSET)) {
    const name = value.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1')
    if (!/^utf-?8$/i.test(name)) return false
  }
  return true
}
