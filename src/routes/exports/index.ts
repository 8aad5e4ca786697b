import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { createExport } from './create-export.js'
import { createExportUrl } from './create-export-url.js'
import { getExport } from './get-export.js'
import { listExports } from './list-exports.js'

/** Exports of a tenant. */
export const exportRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(listExports)
  await app.register(createExport)
  await app.register(getExport)
  await app.register(createExportUrl)
}
