import { tenantOf, type Handler, type HandlerDependencies } from './handler.js'

/**
 * Makes sure that a new tenant is ready. The statement that writes the event also declares the tenant ready,
 * so as a rule there is nothing to do; a database that is missing all the same is made again. A tenant that
 * was deleted or deactivated meanwhile is left alone.
 */
export function tenantCreated(dependencies: HandlerDependencies): Handler<'tenant.created'> {
  const { services, log } = dependencies
  return async (event) => {
    const tenant = await tenantOf(dependencies, event)
    if (!tenant?.is_active) return
    await services.tenants.finish(tenant)
    log.debug({ tenant_id: tenant.id }, 'made sure that a new tenant is ready')
  }
}
