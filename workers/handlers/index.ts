import { auditLog } from './audit-log.js'
import { documentDeleted } from './document-deleted.js'
import { documentUploaded } from './document-uploaded.js'
import { tenantCreated } from './tenant-created.js'
import { tenantDeleted } from './tenant-deleted.js'
import { fileProcess } from './file-process.js'
import type { Handler, HandlerDependencies } from './handler.js'

/** The handlers by event type. */
export function createHandlers(dependencies: HandlerDependencies): Partial<Record<string, Handler>> {
  return {
    'tenant.created': tenantCreated(dependencies),
    'tenant.deleted': tenantDeleted(dependencies),
    'document.uploaded': documentUploaded(dependencies),
    'document.deleted': documentDeleted(dependencies),
    'file.process': fileProcess(dependencies),
    'audit.log': auditLog(dependencies)
  }
}
