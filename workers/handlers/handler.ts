import type { FastifyBaseLogger } from 'fastify'
import type { Event, EventType } from '../../core/events.js'
import type { Tenant, TenantRepository } from '../../db/main/tenants-repository.js'
import type { FindTenant } from '../../plugins/tenancy/known-tenants.js'
import type { Places } from '../../plugins/tenancy/places.js'
import type { WorkerServices } from '../compose.js'

export interface HandlerDependencies {
  services: WorkerServices
  tenants: Pick<TenantRepository, 'findById'>
  /** For frequent events, for which a row that is up to a second old is good enough. */
  findTenant: FindTenant
  places: Pick<Places, 'evict'>
  log: FastifyBaseLogger
}

/**
 * Handles an event of one type. Must be idempotent, since events may be delivered more than once. If it throws, it is
 * retried, and finally the event becomes a dead letter.
 */
export type Handler<T extends EventType> = (event: Event<T>) => Promise<void>

/** The tenant that an event is about; null if it is about none, or if the tenant no longer exists. */
export async function tenantOf(
  { tenants }: HandlerDependencies,
  { tenant_id }: Event
): Promise<Tenant | null> {
  return tenant_id === null ? null : tenants.findById(tenant_id)
}
