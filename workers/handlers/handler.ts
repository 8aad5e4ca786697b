import type { FastifyBaseLogger } from 'fastify'
import type { TenantRepository } from '../../db/main/tenants-repository.js'
import type { Services } from '../../src/compose.js'
import type { StrongroomEvent } from '../../plugins/messaging/event.js'
import type { PlaceAdapter } from '../../plugins/tenancy/place-adapter.js'

export interface HandlerDependencies {
  services: Services
  tenants: TenantRepository
  places: Pick<PlaceAdapter, 'evict'>
  log: FastifyBaseLogger
}

/**
 * Handles one event; idempotent, since every event may come more than once. What it throws is tried again
 * and at last set aside as a dead letter.
 */
export type Handler = (event: StrongroomEvent) => Promise<void>
