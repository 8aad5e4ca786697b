import Fastify, { type FastifyBaseLogger } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import access from '../plugins/access/index.js'
import auth from '../plugins/auth/index.js'
import config from '../plugins/config.js'
import database from '../plugins/database.js'
import clientErrors, { clientErrorHandler } from './http/client-errors.js'
import cors from './http/cors.js'
import { healthRoutes } from './http/health.js'
import httpMetrics from './http/http-metrics.js'
import jsonBody from './http/json-body.js'
import methods from './http/methods.js'
import metrics, { metricsRoutes } from './http/metrics.js'
import demo from '../plugins/messaging/demo.js'
import hashing from '../plugins/hashing/index.js'
import messaging from '../plugins/messaging/index.js'
import outbound from '../plugins/outbound/index.js'
import openapi from './http/openapi/index.js'
import { pagesRoutes } from './http/pages/pages-routes.js'
import overload from './http/overload.js'
import rateLimit from './http/rate-limit.js'
import protocol from './http/protocol.js'
import refusals from './http/refusals.js'
import requestContent from './http/request-content.js'
import requestLog, { RequestLogController, requestId } from './http/request-log.js'
import { requestLogger } from './http/request-logger.js'
import security from './http/security.js'
import services from './compose.js'
import shutdown from './http/shutdown.js'
import slowClients, { serverTimeouts } from './http/slow-clients.js'
import diskDownloads from './routes/objects/download-object.js'
import storage from '../plugins/storage/index.js'
import unreadBody from './http/unread-body.js'
import streams from '../plugins/streams/index.js'
import tenancy from '../plugins/tenancy/index.js'
import membership from '../plugins/tenancy/membership.js'
import validation from './http/validation.js'
import type { Config } from '../core/config/config.js'
import { PLUGIN_START_MS } from '../core/start-time.js'
import { errorHandler } from './http/error-handler.js'
import { authRoutes } from './routes/auth/index.js'
import { demoRoutes } from './routes/demo/index.js'
import { installationEventRoutes } from './routes/events/index.js'
import { rootRoute } from './routes/root/root.js'
import { tenantRoutes } from './routes/tenants/index.js'
import { userRoutes } from './routes/users/index.js'
import { ErrorEnvelope } from './schemas/envelope.js'

/** Maximum bytes of a JSON body; no valid one comes close. Uploads are streams and have their own limits. */
const MAX_JSON_BYTES = 64 * 1024

/** An external id of 255 characters, each of four bytes that are percent-encoded. */
const MAX_PARAM_LENGTH = 255 * 4 * 3

/** The HTTP application, ready to listen. Nothing here depends on where it runs. */
export async function buildApp(settings: Config, logger: FastifyBaseLogger) {
  const app = Fastify({
    loggerInstance: logger,
    pluginTimeout: PLUGIN_START_MS,
    // src/http/request-log.ts writes the request lines.
    logController: new RequestLogController(),
    childLoggerFactory: requestLogger,
    genReqId: requestId,
    bodyLimit: MAX_JSON_BYTES,
    frameworkErrors: errorHandler,
    clientErrorHandler,
    ...serverTimeouts(settings),
    // `OPTIONS *` is about the server, and every route starts with a slash (RFC 9110 §9.3.7).
    rewriteUrl: ({ method, url = '/' }) => (method === 'OPTIONS' && url === '*' ? '/' : url),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    // X-Forwarded-For is believed only from these addresses.
    trustProxy: settings.http.trustedProxies.length > 0 ? settings.http.trustedProxies : false,
    // Requests that arrive while the server closes get our envelope.
    return503OnClosing: false
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.setErrorHandler(errorHandler)
  app.setNotFoundHandler((request, reply) => {
    throw app.noRoute(request, reply)
  })
  app.addSchema(ErrorEnvelope)

  // What the application depends on, in dependency order.
  await app.register(requestLog)
  await app.register(clientErrors)
  await app.register(config, { config: settings })
  await app.register(security)
  await app.register(protocol)
  await app.register(requestContent)
  await app.register(shutdown)
  await app.register(methods)
  await app.register(cors)
  await app.register(unreadBody)
  await app.register(slowClients)
  await app.register(overload)
  await app.register(metrics)
  await app.register(httpMetrics)
  await app.register(jsonBody)
  await app.register(validation)
  await app.register(rateLimit)
  if (settings.docs) await app.register(openapi)
  await app.register(database)
  await app.register(access)
  await app.register(auth)
  await app.register(tenancy)
  await app.register(membership)
  await app.register(storage)
  await app.register(hashing)
  await app.register(messaging)
  await app.register(streams)
  await app.register(outbound)
  await app.register(services)
  await app.register(refusals)
  if (settings.demoEndpoints) await app.register(demo)

  // The routes.
  await app.register(rootRoute)
  await app.register(pagesRoutes)
  await app.register(healthRoutes)
  await app.register(metricsRoutes)
  await app.register(diskDownloads)
  await app.register(authRoutes, { prefix: '/api/auth' })
  await app.register(userRoutes, { prefix: '/api/users' })
  await app.register(tenantRoutes, { prefix: '/api/tenants' })
  await app.register(installationEventRoutes, { prefix: '/api/events' })
  if (settings.demoEndpoints) await app.register(demoRoutes, { prefix: '/api/demo' })

  return app
}
