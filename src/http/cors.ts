import cors from '@fastify/cors'
import fp from 'fastify-plugin'
import { resource } from '../../plugins/resources.js'

/** Seconds that browsers may cache a preflight result. */
const PREFLIGHT_MAX_AGE = 600

/** CORS for the origins in CORS_ORIGINS. */
export default fp(
  async (app) => {
    const { corsOrigins } = resource(app, 'config').http
    // Without origins, the plugin would inspect every request for nothing.
    if (corsOrigins.length === 0) return
    await app.register(cors, {
      origin: corsOrigins,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
      maxAge: PREFLIGHT_MAX_AGE,
      strictPreflight: false,
      exposedHeaders: [
        'accept-ranges',
        'allow',
        'content-disposition',
        'content-range',
        'deprecation',
        'etag',
        'idempotency-replayed',
        'link',
        'ratelimit',
        'ratelimit-policy',
        'retry-after',
        'sunset',
        'www-authenticate',
        'x-request-id'
      ]
    })
  },
  { name: 'cors', dependencies: ['config', 'methods'] }
)
