import { createClient } from '../db/client.js'
import { createInstallationRepository } from '../db/main/installation-repository.js'
import { createTenantRepository } from '../db/main/tenants-repository.js'
import { createTenancy } from '../plugins/tenancy/create-tenancy.js'
import type { Config } from '../src/config.js'
import { everyActiveTenant } from '../workers/every-tenant.js'

/**
 * Brings every tenant's database to the newest migration, one after the other; returns how many there are. Safe to
 * run at any time and from several places at once.
 * @param onProgress receives a line of text for each tenant that was changed
 */
export async function migrateTenants(config: Config, onProgress: (line: string) => void): Promise<number> {
  const main = createClient(config.database, { max: 1, applicationName: 'strongroom-migrate' })
  const tenancy = createTenancy(config, createInstallationRepository(main), (error) => console.error(error))
  let tenants = 0
  try {
    for await (const tenant of everyActiveTenant(createTenantRepository(main))) {
      const { applied } = await tenancy.migrate(tenant)
      tenants += 1
      if (applied > 0) onProgress(`${tenant.database_name}: ${applied} applied`)
    }
  } finally {
    await tenancy.close()
    await main.close()
  }
  return tenants
}
