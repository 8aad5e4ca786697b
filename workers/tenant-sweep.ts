import type { Tenant } from '../db/main/tenants-repository.js'
import type { Backlog } from '../db/event-log-repository.js'
import type { Relay } from '../plugins/messaging/relay.js'
import type { Router } from '../plugins/tenancy/router.js'
import type { WorkerServices } from './compose.js'

/** Seconds for which a file may be without documents before it is removed. */
const MIN_AGE = 60
const ORPHANS_AT_ONCE = 100
/** Maximum batches of old events, and of old deliveries, that one visit removes. */
const BATCHES = 20

export interface TenantSweepDependencies {
  services: WorkerServices
  router: Router
  relay: Pick<Relay, 'nudge'>
  /** Seconds for which events and deliveries are kept. */
  eventRetention: number
  /** Once it aborts, no further batch is removed. */
  signal: AbortSignal
  log: { info(fields: object, message: string): void }
}

/** What a visit has found. */
export interface Swept {
  /** Whether it left work for another visit, so that other tenants get their turns first. */
  hasMore: boolean
  /** Seconds until something becomes due; null if nothing will. */
  nextIn: number | null
  backlog: Backlog
}

/**
 * One visit to a tenant: removes what has expired or is no longer referred to, and finishes what killed processes left
 * half done, as far as it fits into one turn. Every step is idempotent, and any number of workers can visit.
 */
export function createTenantSweep(dependencies: TenantSweepDependencies): (tenant: Tenant) => Promise<Swept> {
  const { services, router, relay, eventRetention, signal, log } = dependencies
  /** Where the search for orphans goes on in tenants that have more files than one visit searches. */
  const searchedUpTo = new Map<string, string>()

  /** @returns whether there may be more */
  async function inBatches(prune: () => Promise<boolean>): Promise<boolean> {
    for (let batch = 0; batch < BATCHES && !signal.aborted; batch++) if (!(await prune())) return false
    return true
  }

  return async (tenant) => {
    const objects = await services.removal.sweep(tenant)
    await services.uploads.sweep(tenant)
    await services.exports.sweep(tenant)
    const found = await router.withTenant(tenant, async (store) => {
      const oldEvents = await inBatches(async () => (await store.eventLog.prune(eventRetention)) > 0)
      const oldDeliveries = await inBatches(() => store.webhookDeliveries.prune(eventRetention))
      const oldKeys = await inBatches(() => store.idempotencyKeys.prune())
      await store.usage.fold()
      return {
        isPruned: !oldEvents && !oldDeliveries && !oldKeys,
        search: await store.files.searchOrphans(searchedUpTo.get(tenant.id) ?? null, {
          seconds: MIN_AGE,
          limit: ORPHANS_AT_ONCE
        }),
        backlog: await store.eventLog.backlog()
      }
    })
    const { backlog } = found
    const { orphans, next } = found.search
    for (const fileId of orphans) await services.files.removeOrphan(tenant, fileId)
    if (next === null) searchedUpTo.delete(tenant.id)
    else searchedUpTo.set(tenant.id, next)
    if (backlog.events > 0) relay.nudge(tenant.id)
    if (objects.removed + orphans.length > 0)
      log.info({ tenant_id: tenant.id, objects: objects.removed, files: orphans.length }, 'swept')
    const verified = await services.verification.sweep(tenant)
    const nextIn = await router.withTenant(tenant, (store) => store.nextDue(eventRetention))
    return {
      hasMore: objects.hasMore || !found.isPruned || orphans.length === ORPHANS_AT_ONCE || verified.hasMore,
      // If an operator's command wrote the events, their mark may already be gone.
      nextIn: backlog.events > 0 || next !== null ? 0 : nextIn,
      backlog
    }
  }
}
