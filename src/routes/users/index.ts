import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { changePassword } from './change-password.js'
import { deleteAccount } from './delete-account.js'
import { endOtherSessions } from './end-other-sessions.js'
import { endSession } from './end-session.js'
import { exportAccount } from './export-account.js'
import { getMe } from './get-me.js'
import { listMyAudit } from './list-my-audit.js'
import { listMyTenants } from './list-my-tenants.js'
import { listSessions } from './list-sessions.js'
import { updateMe } from './update-me.js'

/** Your own account. */
export const userRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRequest', app.requireSession)
  await app.register(getMe)
  await app.register(updateMe)
  await app.register(changePassword)
  await app.register(deleteAccount)
  await app.register(exportAccount)
  await app.register(listMyTenants)
  await app.register(listMyAudit)
  await app.register(listSessions)
  await app.register(endSession)
  await app.register(endOtherSessions)
}
