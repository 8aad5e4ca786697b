import type { Tenant, TenantRepository } from '../../../db/main/tenants-repository.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import type { Places } from '../../../plugins/tenancy/places.js'

/** Seconds after which a tenant that cannot be made ready is marked as failed. */
const GIVE_UP_AFTER = 3600

export interface TenantCompletionDependencies {
  tenants: Pick<TenantRepository, 'activate' | 'failAfter'>
  places: Pick<Places, 'provision'>
  outboxes: Pick<Outboxes, 'recordMain'>
}

/** From a tenant's row to a ready tenant. */
export function createTenantCompletion({ tenants, places, outboxes }: TenantCompletionDependencies) {
  /** Idempotent: steps already done are skipped. */
  async function makeReady(tenant: Tenant): Promise<Tenant> {
    await places.provision(tenant)
    const activation = await outboxes.recordMain(() => tenants.activate(tenant.id))
    return activation.outcome === 'activated' ? activation.tenant : tenant
  }

  return {
    makeReady,

    /** Finishes a creation that was cut off; after an hour of trying, the tenant is `failed`. */
    async finish(tenant: Tenant): Promise<void> {
      try {
        await makeReady(tenant)
      } catch (error) {
        await tenants.failAfter(tenant.id, GIVE_UP_AFTER)
        throw error
      }
    }
  }
}
