import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { listFolders } from './list-folders.js'
import { moveFolder } from './move-folder.js'

/** The folders of a tenant's documents. */
export const folderRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(listFolders)
  await app.register(moveFolder)
}
