import type { Usage, UsageLimits } from '../../../db/tenant/usage-repository.js'
import type { TenancyAdapter, TenantRef } from '../../../plugins/tenancy/adapter.js'

export type UsageService = ReturnType<typeof createUsageService>

/** @param limits of a tenant that has none of its own */
export function createUsageService({ tenancy, limits }: { tenancy: TenancyAdapter; limits: UsageLimits }) {
  return {
    /** What the tenant holds now, and its limits. */
    async get(tenant: TenantRef): Promise<Usage> {
      return tenancy.withTenant(tenant, (store) => store.usage.read(limits))
    }
  }
}
