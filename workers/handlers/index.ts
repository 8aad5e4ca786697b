import type { FastifyBaseLogger } from 'fastify'
import type { TenantRepository } from '../../db/main/tenants-repository.js'
import type { Services } from '../../plugins/services.js'
import type { StrongroomEvent } from '../../plugins/messaging/event.js'
import type { TenancyAdapter } from '../../plugins/tenancy/adapter.js'
import { auditLog } from './audit-log.js'
import { documentDeleted } from './document-deleted.js'
import { tenantCreated } from './tenant-created.js'
import { tenantDeleted } from './tenant-deleted.js'
import { fileProcess } from './file-process.js'

export interface HandlerDependencies {
  services: Services
  tenants: TenantRepository
  tenancy: Pick<TenancyAdapter, 'evict'>
  log: FastifyBaseLogger
}

/**
 * Handles one event; idempotent, since every event may come more than once. What it throws is tried again
 * and at last set aside as a dead letter.
 */
export type Handler = (event: StrongroomEvent) => Promise<void>

/** The handlers by event type. */
export function createHandlers(dependencies: HandlerDependencies): Partial<Record<string, Handler>> {
  return {
    'tenant.created': tenantCreated(dependencies),
    'tenant.deleted': tenantDeleted(dependencies),
    'document.deleted': documentDeleted(dependencies),
    'file.process': fileProcess(dependencies),
    'audit.log': auditLog(dependencies)
  }
}
