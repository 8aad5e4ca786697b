import type { Usage, UsageLimits } from '../../../db/tenant/usage-repository.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'

export type UsageService = ReturnType<typeof createUsageService>

/** @param limits of a tenant that has none of its own */
export function createUsageService({ router, limits }: { router: Router; limits: UsageLimits }) {
  return {
    /** What the tenant stores now, and its limits. */
    async get(tenant: TenantRef): Promise<Usage> {
      return router.withTenant(tenant, (store) => store.usage.read(limits))
    }
  }
}
