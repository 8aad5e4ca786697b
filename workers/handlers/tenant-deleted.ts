import type { Handler, HandlerDependencies } from './handler.js'

/**
 * Closes this process's connections to the database of a deleted tenant. Nothing needs to be revoked here: every
 * request reads the tenant's row, so access ended when the deletion committed. Other processes close their connections
 * after a minute without use.
 */
export function tenantDeleted({ tenancy, tenants, log }: HandlerDependencies): Handler {
  return async ({ tenant_id: tenantId }) => {
    const tenant = tenantId === null ? null : await tenants.findById(tenantId)
    // An admin may have reactivated the tenant before this event arrived.
    if (tenant === null || tenant.is_active) return
    tenancy.evict(tenant)
    log.debug({ tenant_id: tenantId }, 'closed the connections of a deleted tenant')
  }
}
