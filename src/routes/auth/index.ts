import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { login } from './login.js'
import { logout } from './logout.js'
import { refresh } from './refresh.js'
import { register } from './register.js'

/** Accounts and sessions; all public except the log-out. */
export const authRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(register)
  await app.register(login)
  await app.register(refresh)
  await app.register(async (authenticated) => {
    authenticated.addHook('onRequest', app.requireSession)
    await authenticated.register(logout)
  })
}
