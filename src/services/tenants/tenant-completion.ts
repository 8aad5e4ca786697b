import { within } from '../../../core/concurrency/timeout.js'
import type { Tenant, TenantRepository } from '../../../db/main/tenants-repository.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import type { Places } from '../../../plugins/tenancy/places.js'

/** Seconds after which a tenant that cannot be made ready is marked as failed. */
const GIVE_UP_AFTER = 3600
/** Milliseconds after which other tenants get their turns while this goes on: its steps are locked and idempotent. */
const FINISH_MS = 120_000

export interface TenantCompletionDependencies {
  tenants: Pick<TenantRepository, 'activate' | 'failAfter' | 'findById'>
  places: Pick<Places, 'provision'>
  outboxes: Pick<Outboxes, 'recordMain'>
}

/** Makes tenants ready whose rows exist. */
export function createTenantCompletion({ tenants, places, outboxes }: TenantCompletionDependencies) {
  /** Idempotent: steps already done are skipped. */
  async function makeReady(tenant: Tenant): Promise<Tenant> {
    await places.provision(tenant)
    const activation = await outboxes.recordMain(() => tenants.activate(tenant.id))
    if (activation.outcome === 'activated') return activation.tenant
    // Another process has activated it since it was read.
    return (await tenants.findById(tenant.id)) ?? tenant
  }

  return {
    makeReady,

    /** Finishes an interrupted creation; after an hour of failed attempts, the tenant is `failed`. */
    async finish(tenant: Tenant): Promise<void> {
      // A move may just have left and dropped its place; provisioning would create an empty one with the same name.
      if (tenant.status === 'active') return
      try {
        await within(FINISH_MS, makeReady(tenant))
      } catch (error) {
        await tenants.failAfter(tenant.id, GIVE_UP_AFTER)
        throw error
      }
    }
  }
}
