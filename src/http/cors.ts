import cors from '@fastify/cors'
import fp from 'fastify-plugin'
import { resource } from '../../plugins/resources.js'

/** Seconds that browsers may cache a preflight result. */
const PREFLIGHT_MAX_AGE = 600

/** The response headers that scripts of other origins may read. */
const EXPOSED = [
  'accept-ranges',
  'allow',
  'content-disposition',
  'content-location',
  'content-range',
  'deprecation',
  'etag',
  'idempotency-replayed',
  'link',
  'location',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'sunset',
  'tus-checksum-algorithm',
  'tus-extension',
  'tus-max-size',
  'tus-resumable',
  'tus-version',
  'upload-defer-length',
  'upload-expires',
  'upload-length',
  'upload-metadata',
  'upload-offset',
  'www-authenticate',
  'x-request-id'
]

/** CORS for the origins in CORS_ORIGINS. */
export default fp(
  async (app) => {
    const { corsOrigins } = resource(app, 'config').http
    // Without origins, the plugin would inspect every request for nothing.
    if (corsOrigins.length === 0) return
    await app.register(cors, {
      origin: corsOrigins,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      maxAge: PREFLIGHT_MAX_AGE,
      strictPreflight: false,
      // One text, since the plugin would join a list again for each response.
      exposedHeaders: EXPOSED.join(', ')
    })
  },
  { name: 'cors', dependencies: ['config', 'methods'] }
)
