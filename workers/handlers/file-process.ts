import type { Handler, HandlerDependencies } from './handler.js'

/**
 * Verifies a stored file, or hands a large one over: reading it may take longer than a handler may. A file that is
 * verified already, is being verified or no longer exists needs nothing.
 */
export function fileProcess(dependencies: HandlerDependencies): Handler<'file.process'> {
  return async ({ tenant_id, data }) => {
    const tenant = tenant_id === null ? null : await dependencies.findTenant(tenant_id)
    if (tenant?.status === 'active') await dependencies.services.verification.verify(tenant, data.file_id)
  }
}
