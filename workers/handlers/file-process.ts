import type { Event } from '../../core/events.js'
import type { Handler, HandlerDependencies } from './handler.js'

/** Verifies a stored file. A repeated delivery verifies it again; a file that no longer exists needs nothing. */
export function fileProcess({ services, tenants, log }: HandlerDependencies): Handler {
  return async (event) => {
    const { tenant_id: tenantId, data } = event as Event<'file.process'>
    const tenant = tenantId === null ? null : await tenants.findById(tenantId)
    if (tenant?.status !== 'active') return
    const verification = await services.verification.verify(tenant, data.file_id)
    const fields = { tenant_id: tenantId, file_id: data.file_id, verification }
    if (verification === null || verification === 'intact') log.debug(fields, 'verified a file')
    else log.error(fields, 'the storage does not hold what was uploaded')
  }
}
