import type { Handler, HandlerDependencies } from './handler.js'

/** Keeps what an auditor may ask for. Another delivery finds it kept. */
export function auditLog({ services }: HandlerDependencies): Handler<'audit.log'> {
  return (event) => services.audit.keep(event)
}
