import type { Handler, HandlerDependencies } from './handler.js'

/** Mails the admin who requested an export that it is ready, if they still manage the tenant. */
export function tenantExported({ services }: HandlerDependencies): Handler<'tenant.exported'> {
  return async ({ tenant_id, user_id }) => {
    if (tenant_id !== null && user_id !== null) await services.exports.mailReady(tenant_id, user_id)
  }
}
