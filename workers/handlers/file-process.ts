import type { Handler, HandlerDependencies } from './handler.js'

/**
 * Verifies a stored file. Does not wait for a large one: reading it may take longer than a handler may. Does nothing
 * for a file that is already verified, is being verified or no longer exists.
 */
export function fileProcess(dependencies: HandlerDependencies): Handler<'file.process'> {
  return async ({ tenant_id, data }) => {
    const tenant = tenant_id === null ? null : await dependencies.findTenant(tenant_id)
    if (tenant?.status === 'active') await dependencies.services.verification.verify(tenant, data.file_id)
  }
}
