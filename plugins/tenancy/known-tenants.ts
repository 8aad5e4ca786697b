import { LRUCache } from 'lru-cache'
import type { Tenant, TenantRepository } from '../../db/main/tenants-repository.js'

/** Reads the row of a tenant, which may be a second old if the tenant is active; null if there is none. */
export type FindTenant = (tenantId: string) => Promise<Tenant | null>

const REMEMBERED = 10_000
/** Milliseconds. */
const GOOD_FOR = 1_000

/**
 * For work that would look up the same tenant for every event. An outdated row does no harm: a tenant can also be
 * removed right after a look-up, so callers must cope with that anyway. Concurrent look-ups of one tenant share a
 * query.
 */
export function createKnownTenants(tenants: Pick<TenantRepository, 'findById'>): FindTenant {
  const known = new LRUCache<string, Tenant>({
    max: REMEMBERED,
    ttl: GOOD_FOR,
    fetchMethod: async (tenantId) => (await tenants.findById(tenantId)) ?? undefined
  })
  return async (tenantId) => {
    const tenant = (await known.fetch(tenantId)) ?? null
    if (tenant?.status !== 'active') known.delete(tenantId)
    return tenant
  }
}
