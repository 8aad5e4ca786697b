import type { Event } from '../../core/events.js'
import type { Handler, HandlerDependencies } from './handler.js'

/**
 * Removes the file of a deleted document, row and object, if no other document refers to it. A repeated delivery, or a
 * tenant that no longer exists, leaves nothing to do.
 */
export function documentDeleted({ services, tenants, log }: HandlerDependencies): Handler {
  return async (event) => {
    const { tenant_id: tenantId, data } = event as Event<'document.deleted'>
    const tenant = tenantId === null ? null : await tenants.findById(tenantId)
    if (tenant?.status !== 'active') return
    const outcome = await services.files.removeOrphan(tenant, data.file_id)
    log.debug(
      { tenant_id: tenantId, file_id: data.file_id, outcome },
      'checked the file of a deleted document'
    )
  }
}
