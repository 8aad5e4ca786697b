import { tenantOf, type Handler, type HandlerDependencies } from './handler.js'

/**
 * Removes the file of a deleted document, row and object, if no other document refers to it. A repeated delivery, or a
 * tenant that no longer exists, leaves nothing to do.
 */
export function documentDeleted(dependencies: HandlerDependencies): Handler<'document.deleted'> {
  const { services, log } = dependencies
  return async (event) => {
    const { file_id } = event.data
    const tenant = await tenantOf(dependencies, event)
    if (tenant?.status !== 'active') return
    const outcome = await services.files.removeOrphan(tenant, file_id)
    log.debug({ tenant_id: tenant.id, file_id, outcome }, 'checked the file of a deleted document')
  }
}
