import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { deleteFile } from './delete-file.js'
import { getFile } from './get-file.js'
import { listFiles } from './list-files.js'

/** The stored files behind a tenant's documents. */
export const fileRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(listFiles)
  await app.register(getFile)
  await app.register(deleteFile)
}
