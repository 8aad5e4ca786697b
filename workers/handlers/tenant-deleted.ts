import { tenantOf, type Handler, type HandlerDependencies } from './handler.js'

/**
 * Gives up this process's connections to the database of a deleted tenant. Nothing needs to be revoked here:
 * every request reads the tenant's row, so access ended when the deletion committed. Other processes close
 * their connections when they have been idle for a minute.
 */
export function tenantDeleted(dependencies: HandlerDependencies): Handler<'tenant.deleted'> {
  const { tenancy, log } = dependencies
  return async (event) => {
    const tenant = await tenantOf(dependencies, event)
    // An admin may have reactivated it before this event came.
    if (tenant === null || tenant.is_active) return
    tenancy.evict(tenant)
    log.debug({ tenant_id: tenant.id }, 'gave up the connections of a deleted tenant')
  }
}
