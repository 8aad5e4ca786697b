import type { Event } from '../../core/events.js'
import type { Handler, HandlerDependencies } from './handler.js'

/** Stores who uploaded what: a separate audit event would cost every upload another row. */
export function documentUploaded({ services }: HandlerDependencies): Handler {
  return (event) => services.audit.keepUpload(event as Event<'document.uploaded'>)
}
