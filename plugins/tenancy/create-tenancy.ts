import type { InstallationRepository } from '../../db/main/installation-repository.js'
import type { Config } from '../../src/config.js'
import type { TenancyAdapter, TenantMigrations } from './adapter.js'
import { createDatabaseAdapter } from './database-adapter.js'
import { createSchemaAdapter } from './schema-adapter.js'

export interface Tenancy extends TenancyAdapter {
  /**
   * Makes sure that the tenants are kept as the settings say. Whatever concerns a tenant does so first, until it has
   * succeeded once.
   * @throws {TenancyStrategyError}
   */
  check(): Promise<void>
}

/**
 * The adapter that the settings name. It connects to nothing before it is used.
 * @param onCloseError told when closing a tenant's connections failed
 */
export function createTenancy(
  config: Pick<Config, 'database' | 'tenancy'>,
  installation: InstallationRepository,
  onCloseError: (error: unknown) => void,
  migrations?: TenantMigrations
): Tenancy {
  const { strategy } = config.tenancy
  const adapter =
    strategy === 'schema'
      ? createSchemaAdapter(config, migrations)
      : createDatabaseAdapter(config, onCloseError, migrations)
  let checked = false

  async function check(): Promise<void> {
    if (checked) return
    await installation.checkStrategy(strategy)
    checked = true
  }

  return {
    ...adapter,
    check,
    async provision(tenant) {
      await check()
      await adapter.provision(tenant)
    },
    async migrate(tenant) {
      await check()
      return adapter.migrate(tenant)
    },
    async withTenant(tenant, work) {
      if (!checked) await check()
      return adapter.withTenant(tenant, work)
    }
  }
}
