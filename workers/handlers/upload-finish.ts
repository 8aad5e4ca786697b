import { tenantOf, type Handler, type HandlerDependencies } from './handler.js'

/**
 * Hands a complete upload over to be finished, and does not wait: reading it may take longer than a handler may. What is
 * lost with the process is found by the sweeper.
 */
export function uploadFinish(dependencies: HandlerDependencies): Handler<'upload.finish'> {
  return async (event) => {
    const tenant = await tenantOf(dependencies, event)
    if (tenant?.status === 'active') dependencies.services.uploads.start(tenant, event.data.upload_id)
  }
}
