import Fastify, { LogController, type FastifyBaseLogger } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import config from '../plugins/config.js'
import database from '../plugins/database.js'
import { healthRoutes } from '../src/http/health.js'
import metrics, { metricsRoutes } from '../src/http/metrics.js'
import hashing from '../plugins/hashing/index.js'
import messaging from '../plugins/messaging/index.js'
import outbound from '../plugins/outbound/index.js'
import overload from '../src/http/overload.js'
import shutdown from '../src/http/shutdown.js'
import storage from '../plugins/storage/index.js'
import tenancy from '../plugins/tenancy/index.js'
import { createKnownTenants } from '../plugins/tenancy/known-tenants.js'
import type { Config } from '../core/config/config.js'
import { PLUGIN_START_MS } from '../core/start-time.js'
import { resource } from '../plugins/resources.js'
import { errorHandler } from '../src/http/error-handler.js'
import { ErrorEnvelope } from '../src/schemas/envelope.js'
import { createWorkerServices } from './compose.js'
import consumer from './consumer.js'
import { createHandler } from './handlers/index.js'
import logReader from './log-reader.js'
import indexBuilder from './index-builder.js'
import mailSender from './mail-sender.js'
import sweeper from './sweeper.js'
import webhookDispatcher from './webhook-dispatcher.js'

/** The worker: its consumer and sweeper, and the API's plugins except those for log-ins. */
export async function buildWorker(settings: Config, logger: FastifyBaseLogger) {
  const logController = new LogController({ disableRequestLogging: true })
  const app = Fastify({
    loggerInstance: logger,
    logController,
    pluginTimeout: PLUGIN_START_MS
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setErrorHandler(errorHandler)
  app.addSchema(ErrorEnvelope)

  await app.register(config, { config: settings })
  await app.register(shutdown)
  await app.register(overload)
  await app.register(metrics)
  await app.register(database)
  await app.register(tenancy)
  await app.register(storage)
  await app.register(hashing)
  await app.register(messaging)
  await app.register(outbound)

  const services = createWorkerServices(app)
  app.addHook('preClose', async () => {
    await Promise.all([services.uploads.close(), services.verification.close(), services.exports.close()])
  })
  const { tenants } = resource(app, 'database')
  const handle = createHandler({
    services,
    tenants,
    findTenant: createKnownTenants(tenants),
    places: resource(app, 'places'),
    log: app.log.child({ component: 'handlers' })
  })
  await app.register(settings.events === 'kafka' ? consumer : logReader, { handle })
  await app.register(sweeper, { services })
  await app.register(indexBuilder)
  await app.register(mailSender)
  await app.register(webhookDispatcher)
  await app.register(healthRoutes)
  await app.register(metricsRoutes)
  return app
}
