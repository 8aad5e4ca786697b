import type { Event, EventType } from '../../core/events.js'
import { auditLog } from './audit-log.js'
import { documentDeleted } from './document-deleted.js'
import { documentUploaded } from './document-uploaded.js'
import { fileProcess } from './file-process.js'
import type { Handler, HandlerDependencies } from './handler.js'
import { tenantCreated } from './tenant-created.js'
import { tenantDeleted } from './tenant-deleted.js'

type Handlers = { [T in EventType]: Handler<T> }

/** Gives each event to the handler of its type. */
export function createHandler(
  dependencies: HandlerDependencies
): <T extends EventType>(event: Event<T>) => Promise<void> {
  const handlers: Handlers = {
    'tenant.created': tenantCreated(dependencies),
    'tenant.deleted': tenantDeleted(dependencies),
    'document.uploaded': documentUploaded(dependencies),
    'document.deleted': documentDeleted(dependencies),
    'file.process': fileProcess(dependencies),
    'audit.log': auditLog(dependencies)
  }
  return (event) => handlers[event.event_type](event)
}
