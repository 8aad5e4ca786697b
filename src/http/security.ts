import fp from 'fastify-plugin'
import { resource } from '../../plugins/resources.js'
import type { Config } from '../../core/config/config.js'

/**
 * Headers of every response: responses are data, which no page may run or frame, and whose type no browser may guess.
 * Routes with other responses set their own. A constant, because computing these per request (@fastify/helmet) halves
 * the throughput.
 * https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
 */
export const SECURITY_HEADERS = Object.freeze({
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff'
})

/** Makes browsers use only HTTPS for a year (RFC 6797); sent if PUBLIC_URL is an https URL. */
const HSTS = { 'strict-transport-security': 'max-age=31536000' }
/** Security headers on every answer. */
export default fp(
  async (app) => {
    const { publicUrl } = resource(app, 'config').http
    const https = publicUrl?.startsWith('https:') === true
    const headers = { ...SECURITY_HEADERS, ...(https && HSTS) }
    app.addHook('onRequest', (_request, reply, done) => {
      reply.headers(headers)
      done()
    })
  },
  { name: 'security', dependencies: ['config'] }
)

/**
 * The Content-Security-Policy of `/docs`: its own files, and requests to the public URLs of the API and the storage.
 */
export function docsPolicy({ http, storage }: Config): Record<string, string> {
  const files = storage.driver === 's3' ? storage.publicEndpoint : undefined
  const origins = [http.publicUrl, files].flatMap((url) => (url === undefined ? [] : [new URL(url).origin]))
  return {
    'default-src': "'none'",
    'base-uri': "'none'",
    'connect-src': ["'self'", ...origins].join(' '),
    'font-src': "'self'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
    // Swagger UI draws its own icons, and shows downloaded pictures.
    'img-src': "'self' data: blob:",
    'script-src': "'self'",
    // The one style it writes into the page; test/browser/docs.test.ts fails if that changes.
    'style-src': "'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='"
  }
}
