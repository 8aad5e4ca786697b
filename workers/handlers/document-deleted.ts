import { tenantOf, type Handler, type HandlerDependencies } from './handler.js'

/**
 * Removes the file of a deleted document, row and object, when no other document refers to it. Another
 * delivery, or a tenant that is gone, finds nothing to do.
 */
export function documentDeleted(dependencies: HandlerDependencies): Handler<'document.deleted'> {
  const { services, log } = dependencies
  return async (event) => {
    const { file_id } = event.data
    const tenant = await tenantOf(dependencies, event)
    if (tenant?.status !== 'active') return
    const outcome = await services.files.removeOrphan(tenant, file_id)
    log.debug({ tenant_id: tenant.id, file_id, outcome }, 'looked after the file of a deleted document')
  }
}
