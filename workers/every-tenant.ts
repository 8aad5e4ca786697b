import { inPages } from '../core/pages.js'
import { NIL_UUID } from '../core/uuid.js'
import type { Tenant, TenantRepository } from '../db/main/tenants-repository.js'

/** Every tenant that is ready. */
export const everyActiveTenant = (
  tenants: Pick<TenantRepository, 'listActiveAfter'>
): AsyncGenerator<Tenant> =>
  inPages(
    (after, limit) => tenants.listActiveAfter(after, limit),
    ({ id }) => id,
    NIL_UUID
  )
