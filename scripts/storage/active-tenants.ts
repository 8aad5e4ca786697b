import { createTenantRepository, type Tenant } from '../../db/main/tenants-repository.js'
import { everyActiveTenant } from '../../workers/every-tenant.js'
import type { Installation } from '../operator/installation.js'
import { tenantOfId } from '../operator/tenant-of-id.js'

/**
 * The tenant with this id, or every tenant that is ready.
 * @throws {UsageError} if there is no such tenant
 */
export async function* activeTenants({ main }: Installation, id: string | undefined): AsyncGenerator<Tenant> {
  const tenants = createTenantRepository(main)
  if (id === undefined) {
    yield* everyActiveTenant(tenants)
    return
  }
  yield await tenantOfId(id, async (id) => {
    const tenant = await tenants.findById(id)
    return tenant?.status === 'active' ? tenant : null
  })
}
