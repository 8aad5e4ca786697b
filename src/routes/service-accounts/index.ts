import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { createKey } from './create-key.js'
import { createServiceAccount } from './create-service-account.js'
import { deleteServiceAccount } from './delete-service-account.js'
import { listKeys } from './list-keys.js'
import { listServiceAccounts } from './list-service-accounts.js'
import { revokeKey } from './revoke-key.js'

/** The service accounts of a tenant, and their keys. */
export const serviceAccountRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(listServiceAccounts)
  await app.register(createServiceAccount)
  await app.register(deleteServiceAccount)
  await app.register(listKeys)
  await app.register(createKey)
  await app.register(revokeKey)
}
