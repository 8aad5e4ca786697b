import { createHash, timingSafeEqual } from 'node:crypto'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import fp from 'fastify-plugin'
import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client'
import { provide, resource } from '../../plugins/resources.js'
import { AppError } from '../../core/errors.js'
import { bareErrors } from '../schemas/envelope.js'
import { bearerToken } from '../../core/bearer-token.js'
import { askPrimary, oneOfSeveral } from '../cluster/ask-primary.js'
import { ALWAYS_ANSWERED, RETRY_AFTER } from './overload.js'
import { createUploadCounts, type UploadCounts } from './upload-metrics.js'

declare module '../../plugins/resources.js' {
  interface Resources {
    /** The registry in which plugins register their metrics. */
    metrics: Registry
    uploadCounts: UploadCounts
  }
}

/**
 * Provides `metrics`, and `uploadCounts`, which API and worker share. Tenants, users and anything else unbounded are
 * never a label. https://prometheus.io/docs/practices/naming/
 */
export default fp(
  async (app) => {
    const registry = new Registry()
    collectDefaultMetrics({ register: registry })
    // With several processes, the primary collects the metrics of all.
    if (oneOfSeveral) {
      new AggregatorRegistry()
      AggregatorRegistry.setRegistries([registry])
    }
    provide(app, 'metrics', registry)
    provide(app, 'uploadCounts', createUploadCounts(registry))
  },
  { name: 'metrics', dependencies: ['config'] }
)

/** `GET /metrics` for Prometheus, for all processes that share the port; requires METRICS_TOKEN if one is set. */
export const metricsRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { metricsToken } = resource(app, 'config')
  const registry = resource(app, 'metrics')

  app.get(
    '/metrics',
    {
      config: ALWAYS_ANSWERED,
      schema: {
        operationId: 'metrics',
        tags: ['Operations'],
        summary: 'Get the metrics in the Prometheus text format',
        description:
          'Send METRICS_TOKEN as the bearer token. If the operator has not set one, anyone can read the metrics.',
        security: [{}, { metricsToken: [] }],
        response: {
          200: {
            description: 'The metrics',
            content: {
              [Registry.PROMETHEUS_CONTENT_TYPE]: {
                schema: Type.String({ examples: ['strongroom_outbox_rows 0'] })
              }
            }
          },
          ...bareErrors('NOT_AUTHENTICATED', 'INVALID_TOKEN')
        }
      },
      onRequest: async (request) => {
        if (metricsToken === undefined) return
        if (!equal(bearerToken(request.headers.authorization), metricsToken))
          throw new AppError('INVALID_TOKEN', {
            message: 'The token is wrong; send METRICS_TOKEN as the Bearer token'
          })
      }
    },
    async (_request, reply) =>
      reply
        .header('content-type', registry.contentType)
        .send(await (oneOfSeveral ? metricsOfAll() : registry.metrics()))
  )
}

/** The sums of all processes; a sum without one of them would look like a restart. @throws {AppError} OVERLOADED */
async function metricsOfAll(): Promise<string> {
  return askPrimary('metrics', null).catch((cause: unknown) => {
    const message = 'A process does not report its metrics; try again shortly'
    throw new AppError('OVERLOADED', { message, retryAfter: RETRY_AFTER, cause })
  })
}

/** Takes the same time wherever the texts first differ. */
function equal(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
