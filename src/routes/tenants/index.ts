import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { documentRoutes } from '../documents/index.js'
import { eventRoutes } from '../events/index.js'
import { exportRoutes } from '../exports/index.js'
import { fileRoutes } from '../files/index.js'
import { folderRoutes } from '../folders/index.js'
import { auditRoutes } from '../audit/index.js'
import { invitationRoutes } from '../invitations/index.js'
import { memberRoutes } from '../members/index.js'
import { serviceAccountRoutes } from '../service-accounts/index.js'
import { createTenant } from './create-tenant.js'
import { deleteTenant } from './delete-tenant.js'
import { getTenant } from './get-tenant.js'
import { getUsage } from './get-usage.js'
import { listTenants } from './list-tenants.js'
import { webhookRoutes } from '../webhooks/index.js'
import { uploadOptions, uploadRoutes } from '../uploads/index.js'
import { updateTenant } from './update-tenant.js'
import { requireRoleOnEveryRoute } from './require-role.js'

/** Tenants, and everything inside a tenant. */
export const tenantRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(async (own) => {
    own.addHook('onRequest', app.requireSession)
    await own.register(listTenants)
    await own.register(createTenant)
  })
  await app.register(uploadOptions, { prefix: '/:tenant_id/uploads' })
  await app.register(
    async (tenant) => {
      requireRoleOnEveryRoute(tenant)
      tenant.addHook('onRequest', app.requireMembership)
      await tenant.register(getTenant)
      await tenant.register(updateTenant)
      await tenant.register(deleteTenant)
      await tenant.register(memberRoutes, { prefix: '/users' })
      await tenant.register(invitationRoutes, { prefix: '/invitations' })
      await tenant.register(serviceAccountRoutes, { prefix: '/service-accounts' })
      await tenant.register(webhookRoutes, { prefix: '/webhooks' })
      await tenant.register(exportRoutes, { prefix: '/exports' })
      await tenant.register(auditRoutes, { prefix: '/audit' })
      await tenant.register(eventRoutes, { prefix: '/events' })
      await tenant.register(getUsage)
      await tenant.register(documentRoutes, { prefix: '/documents' })
      await tenant.register(folderRoutes, { prefix: '/folders' })
      await tenant.register(fileRoutes, { prefix: '/files' })
      await tenant.register(uploadRoutes, { prefix: '/uploads' })
    },
    { prefix: '/:tenant_id' }
  )
}
