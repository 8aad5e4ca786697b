import type { Usage, UsageLimits } from '../../../db/tenant/usage-repository.js'
import type { TenancyAdapter, TenantRef } from '../../../plugins/tenancy/adapter.js'

export type UsageService = ReturnType<typeof createUsageService>

/** @param limits what a tenant without limits of its own may hold */
export function createUsageService({ tenancy, limits }: { tenancy: TenancyAdapter; limits: UsageLimits }) {
  return {
    /** What the tenant holds now, and what it may hold. */
    async get(tenant: TenantRef): Promise<Usage> {
      return tenancy.withTenant(tenant, (store) => store.usage.read(limits))
    }
  }
}
