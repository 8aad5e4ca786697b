import { tenantOf, type Handler, type HandlerDependencies } from './handler.js'

/**
 * Starts finishing a complete upload without waiting for it: reading it may take longer than a handler may. If the
 * process is killed, the sweeper finds the upload.
 */
export function uploadFinish(dependencies: HandlerDependencies): Handler<'upload.finish'> {
  return async (event) => {
    const tenant = await tenantOf(dependencies, event)
    if (tenant?.status === 'active') dependencies.services.uploads.start(tenant, event.data.upload_id)
  }
}
