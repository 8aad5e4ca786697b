import { tenantOf, type Handler, type HandlerDependencies } from './handler.js'

/**
 * Closes this process's connections to the database of a deleted tenant. Nothing needs to be revoked here: every
 * request reads the tenant's row, so access ended when the deletion committed. Other processes close their connections
 * after a minute without use.
 */
export function tenantDeleted(dependencies: HandlerDependencies): Handler<'tenant.deleted'> {
  const { places, log } = dependencies
  return async (event) => {
    const tenant = await tenantOf(dependencies, event)
    // An admin may have reactivated the tenant before this event arrived.
    if (tenant === null || tenant.is_active) return
    places.evict(tenant)
    log.debug({ tenant_id: tenant.id }, 'closed the connections of a deleted tenant')
  }
}
