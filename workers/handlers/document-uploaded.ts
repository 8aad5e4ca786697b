import type { Handler, HandlerDependencies } from './handler.js'

/** Keeps who uploaded what: an event of its own for the audit would cost every upload a row more. */
export function documentUploaded({ services }: HandlerDependencies): Handler<'document.uploaded'> {
  return (event) => services.audit.keepUpload(event)
}
