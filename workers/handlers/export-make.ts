import { tenantOf, type Handler, type HandlerDependencies } from './handler.js'

/**
 * Sets the worker to an export, and does not wait: reading everything takes longer than a handler may. What is lost with
 * the process is found by the sweeper.
 */
export function exportMake(dependencies: HandlerDependencies): Handler<'export.make'> {
  return async (event) => {
    const tenant = await tenantOf(dependencies, event)
    if (tenant?.status === 'active') dependencies.services.exports.start(tenant, event.data.export_id)
  }
}
