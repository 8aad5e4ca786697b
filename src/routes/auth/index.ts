import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { acceptInvitation } from './accept-invitation.js'
import { forgotPassword } from './forgot-password.js'
import { login } from './login.js'
import { logout } from './logout.js'
import { refresh } from './refresh.js'
import { register } from './register.js'
import { resetPassword } from './reset-password.js'
import { verifyEmail } from './verify-email.js'

/** Accounts and sessions; all public except the log-out. */
export const authRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(register)
  await app.register(login)
  await app.register(refresh)
  await app.register(acceptInvitation)
  await app.register(verifyEmail)
  await app.register(forgotPassword)
  await app.register(resetPassword)
  await app.register(async (authenticated) => {
    authenticated.addHook('onRequest', app.requireSession)
    await authenticated.register(logout)
  })
}
