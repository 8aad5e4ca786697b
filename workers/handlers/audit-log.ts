import type { Event } from '../../core/events.js'
import type { Handler, HandlerDependencies } from './handler.js'

/** Keeps what an auditor may ask for. Another delivery finds it kept. */
export function auditLog({ services }: HandlerDependencies): Handler {
  return (event) => services.audit.keep(event as Event<'audit.log'>)
}
