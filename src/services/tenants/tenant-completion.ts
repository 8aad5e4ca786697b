import type { Tenant, TenantRepository } from '../../../db/main/tenants-repository.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import type { TenancyAdapter } from '../../../plugins/tenancy/adapter.js'

/** Seconds after which a tenant that cannot be made ready is given up. */
const GIVE_UP_AFTER = 3600

export interface TenantCompletionDependencies {
  tenants: Pick<TenantRepository, 'activate' | 'failAfter'>
  tenancy: Pick<TenancyAdapter, 'provision'>
  outboxes: Pick<Outboxes, 'recordMain'>
}

/** From the row of a tenant to one that is ready. */
export function createTenantCompletion({ tenants, tenancy, outboxes }: TenantCompletionDependencies) {
  /** Idempotent: whatever part of it was done before is found done. */
  async function makeReady(tenant: Tenant): Promise<Tenant> {
    await tenancy.provision(tenant)
    const activation = await outboxes.recordMain(() => tenants.activate(tenant.id))
    return activation.outcome === 'activated' ? activation.tenant : tenant
  }

  return {
    makeReady,

    /** Finishes a creation that was cut off; after an hour of trying the tenant is `failed`. */
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
