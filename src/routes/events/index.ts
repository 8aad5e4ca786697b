import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { listAllEvents } from './list-all-events.js'
import { listEvents } from './list-events.js'
import { streamEvents } from './stream-events.js'

/** The events of a tenant. */
export const eventRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(listEvents)
  await app.register(streamEvents)
}

/** The events of the installation, for operators. */
export const installationEventRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRequest', app.requireOperator)
  await app.register(listAllEvents)
}
