import { tenantOf, type Handler, type HandlerDependencies } from './handler.js'

/** Verifies a stored file. A repeated delivery verifies it again; a file that no longer exists needs nothing. */
export function fileProcess(dependencies: HandlerDependencies): Handler<'file.process'> {
  const { services, log } = dependencies
  return async (event) => {
    const { file_id } = event.data
    const tenant = await tenantOf(dependencies, event)
    if (tenant?.status !== 'active') return
    const verification = await services.verification.verify(tenant, file_id)
    const fields = { tenant_id: tenant.id, file_id, verification }
    if (verification === null || verification === 'intact') log.debug(fields, 'verified a file')
    else log.error(fields, 'the storage does not hold what was uploaded')
  }
}
