import type { FastifyBaseLogger } from 'fastify'
import type { TenantRepository } from '../../db/main/tenants-repository.js'
import type { Services } from '../../src/compose.js'
import type { StrongroomEvent } from '../../plugins/messaging/event.js'
import type { TenancyAdapter } from '../../plugins/tenancy/adapter.js'

export interface HandlerDependencies {
  services: Services
  tenants: TenantRepository
  tenancy: Pick<TenancyAdapter, 'evict'>
  log: FastifyBaseLogger
}

/**
 * Handles one event; idempotent, since events may be delivered more than once. If it throws, it is retried, and finally
 * the event becomes a dead letter.
 */
export type Handler = (event: StrongroomEvent) => Promise<void>
