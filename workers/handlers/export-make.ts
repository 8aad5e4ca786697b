import { tenantOf, type Handler, type HandlerDependencies } from './handler.js'

/**
 * Starts an export without waiting for it: reading everything takes longer than a handler may. If the process is killed,
 * the sweeper finds the export.
 */
export function exportMake(dependencies: HandlerDependencies): Handler<'export.make'> {
  return async (event) => {
    const tenant = await tenantOf(dependencies, event)
    if (tenant?.status === 'active') dependencies.services.exports.start(tenant, event.data.export_id)
  }
}
