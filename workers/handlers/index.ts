import type { Event, EventType } from '../../core/events.js'
import { documentDeleted } from './document-deleted.js'
import { exportMake } from './export-make.js'
import { fileProcess } from './file-process.js'
import type { Handler, HandlerDependencies } from './handler.js'
import { tenantCreated } from './tenant-created.js'
import { tenantDeleted } from './tenant-deleted.js'
import { tenantExported } from './tenant-exported.js'
import { uploadFinish } from './upload-finish.js'

/** Events for other consumers only; their audit entries are events of their own. */
const UNHANDLED = ['document.updated', 'tenant.restored'] as const satisfies EventType[]
type Handlers = { [T in Exclude<EventType, (typeof UNHANDLED)[number]>]: Handler<T> }

/** Whether there is a handler for events of this type; others need not even be parsed. */
export const isHandled = (type: string): boolean => !(UNHANDLED as readonly string[]).includes(type)

/** Handles an event of any type, as {@link Handler} says. */
export type HandleEvent = <T extends EventType>(event: Event<T>) => Promise<void>

/** Passes each event to the handler of its type. */
export function createHandler(dependencies: HandlerDependencies): HandleEvent {
  const { audit } = dependencies.services
  const handlers: Handlers = {
    'tenant.created': tenantCreated(dependencies),
    'tenant.deleted': tenantDeleted(dependencies),
    'tenant.exported': tenantExported(dependencies),
    // Records who uploaded what: a separate audit event would cost every upload another row.
    'document.uploaded': (event) => audit.keepUpload(event),
    'document.deleted': documentDeleted(dependencies),
    'file.process': fileProcess(dependencies),
    // Scrubs entries that were being stored while the account was erased.
    'user.deleted': async ({ data }) => {
      if (data.erased) await audit.forget(data.user_id)
    },
    'upload.finish': uploadFinish(dependencies),
    'export.make': exportMake(dependencies),
    'audit.log': (event) => audit.keep(event)
  }
  return async (event) =>
    (handlers as Partial<Handlers>)[event.event_type as keyof Handlers]?.(event as never)
}
