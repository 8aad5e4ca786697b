import type { Event } from '../../core/events.js'
import type { Handler, HandlerDependencies } from './handler.js'

/** Stores audit events. Repeated deliveries have no effect. */
export function auditLog({ services }: HandlerDependencies): Handler {
  return (event) => services.audit.keep(event as Event<'audit.log'>)
}
