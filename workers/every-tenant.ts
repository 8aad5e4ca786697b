import { inPagesById } from '../core/pages.js'
import type { Tenant, TenantRepository } from '../db/main/tenants-repository.js'

/** All tenants that are ready. */
export const everyActiveTenant = (
  tenants: Pick<TenantRepository, 'listActiveAfter'>
): AsyncGenerator<Tenant> => inPagesById((afterId, limit) => tenants.listActiveAfter(afterId, limit))
