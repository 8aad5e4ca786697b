import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { listAudit } from './list-audit.js'

/** The audit log of a tenant. */
export const auditRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(listAudit)
}
