import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { consume } from './consume.js'
import { produce } from './produce.js'

/** For trying out Kafka. Off in production unless DEMO_ENDPOINTS turns it on. */
export const demoRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRequest', app.requireSession)
  await app.register(produce)
  await app.register(consume)
}
