import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { getMe } from './get-me.js'
import { listMyTenants } from './list-my-tenants.js'
import { updateMe } from './update-me.js'

/** The own account. */
export const userRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRequest', app.requireSession)
  await app.register(getMe)
  await app.register(updateMe)
  await app.register(listMyTenants)
}
