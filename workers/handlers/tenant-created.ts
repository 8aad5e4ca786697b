import { tenantOf, type Handler, type HandlerDependencies } from './handler.js'

/**
 * Ensures that a new tenant is ready. The statement that writes the event also declares the tenant ready, so usually
 * there is nothing to do. Ignores a tenant that has been deleted or deactivated since.
 */
export function tenantCreated(dependencies: HandlerDependencies): Handler<'tenant.created'> {
  const { services, log } = dependencies
  return async (event) => {
    const tenant = await tenantOf(dependencies, event)
    if (!tenant?.is_active) return
    await services.tenants.finish(tenant)
    log.debug({ tenant_id: tenant.id }, 'ensured that a new tenant is ready')
  }
}
