import { createTenantRepository, type Tenant } from '../../db/main/tenants-repository.js'
import { everyActiveTenant } from '../../workers/every-tenant.js'
import type { Installation } from './installation.js'
import { Incomplete } from './run.js'
import { tenantOfId } from './tenant-of-id.js'

/**
 * The tenant with this id, or every tenant that is ready.
 * @throws {UsageError} if there is no such tenant
 * @throws {Incomplete} after the last tenant, if some were left out because their servers are down
 */
export async function* activeTenants(
  { main, places }: Pick<Installation, 'main' | 'places'>,
  id?: string
): AsyncGenerator<Tenant> {
  const tenants = createTenantRepository(main)
  if (id !== undefined) {
    yield await tenantOfId(id, async (id) => {
      const tenant = await tenants.findById(id)
      return tenant?.status === 'active' ? tenant : null
    })
    return
  }
  const down = await places.down()
  let leftOut = 0
  for await (const tenant of everyActiveTenant(tenants)) {
    if (down.includes(tenant.server)) leftOut += 1
    else yield tenant
  }
  if (leftOut > 0)
    throw new Incomplete(
      `${leftOut} ${leftOut === 1 ? 'tenant was' : 'tenants were'} left out: ${down.join(', ')} cannot be reached. Run this again when npm run servers -- list says yes.`
    )
}
