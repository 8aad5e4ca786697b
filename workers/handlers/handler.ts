import type { FastifyBaseLogger } from 'fastify'
import type { Event, EventType } from '../../core/events.js'
import type { Tenant, TenantRepository } from '../../db/main/tenants-repository.js'
import type { TenancyAdapter } from '../../plugins/tenancy/adapter.js'
import type { WorkerServices } from '../compose.js'

export interface HandlerDependencies {
  services: WorkerServices
  tenants: Pick<TenantRepository, 'findById'>
  tenancy: Pick<TenancyAdapter, 'evict'>
  log: FastifyBaseLogger
}

/**
 * Handles an event of one type; idempotent, since every event may come more than once. What it throws is tried again
 * and at last set aside as a dead letter.
 */
export type Handler<T extends EventType> = (event: Event<T>) => Promise<void>

/** The tenant that an event is about; null when it is about none, or about one that is gone. */
export async function tenantOf(
  { tenants }: HandlerDependencies,
  { tenant_id }: Event
): Promise<Tenant | null> {
  return tenant_id === null ? null : tenants.findById(tenant_id)
}
