import type { Handler, HandlerDependencies } from './handler.js'

/**
 * Ensures that a new tenant is ready. The statement that writes the event also declares the tenant ready, so usually
 * there is nothing to do; a database that is missing anyway is created again. A tenant that was deleted or deactivated
 * meanwhile is left alone.
 */
export function tenantCreated({ services, tenants, log }: HandlerDependencies): Handler {
  return async ({ tenant_id: tenantId }) => {
    const tenant = tenantId === null ? null : await tenants.findById(tenantId)
    if (!tenant?.is_active) return
    await services.tenants.finish(tenant)
    log.debug({ tenant_id: tenantId }, 'ensured that a new tenant is ready')
  }
}
