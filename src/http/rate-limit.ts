import rateLimit, { type RateLimitOptions } from '@fastify/rate-limit'
import fp from 'fastify-plugin'
import { resource } from '../../plugins/resources.js'
import { AppError } from '../../core/errors.js'
import { oneOfSeveral } from '../cluster/ask-primary.js'
import { SharedRateStore } from '../cluster/shared-rate-store.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** For `config.rateLimit` of routes where someone might guess a password or a token. */
    authRateLimit: RateLimitOptions
  }
}

/** Maximum number of addresses counted at the same time, per route. */
const ADDRESSES = 50_000

/**
 * Limits how often one address calls the routes that opt in. Each process counts by itself, but processes that share a
 * port count together. The address is the connection's, or what a trusted proxy says; other X-Forwarded-For headers have
 * no effect. For IPv6 the /64 counts, which is what one customer gets.
 */
export default fp(
  async (app) => {
    const { requestsPerMinute } = resource(app, 'config').auth
    await app.register(rateLimit, {
      global: false,
      cache: ADDRESSES,
      ...(oneOfSeveral && { store: SharedRateStore }),
      errorResponseBuilder: (_request, { ttl }) =>
        new AppError('TOO_MANY_REQUESTS', { retryAfter: Math.max(1, Math.ceil(ttl / 1000)) })
    })
    app.decorate('authRateLimit', { max: requestsPerMinute, timeWindow: 60_000 })
  },
  { name: 'rate-limit', dependencies: ['config'] }
)
