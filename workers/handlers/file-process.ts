import { tenantOf, type Handler, type HandlerDependencies } from './handler.js'

/**
 * Verifies a stored file, or hands a large one over: reading it may take longer than a handler may. A file that is
 * verified already, is being verified or no longer exists needs nothing.
 */
export function fileProcess(dependencies: HandlerDependencies): Handler<'file.process'> {
  return async (event) => {
    const tenant = await tenantOf(dependencies, event)
    if (tenant?.status === 'active')
      await dependencies.services.verification.verify(tenant, event.data.file_id)
  }
}
