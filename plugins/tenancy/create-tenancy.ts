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
 * @param onError told of failures that nobody waits for
 */
export function createTenancy(
  config: Pick<Config, 'database' | 'tenancy'>,
  installation: InstallationRepository,
  onError: (error: unknown, what: string) => void,
  migrations?: TenantMigrations
): Tenancy {
  const { strategy } = config.tenancy
  const adapter =
    strategy === 'schema'
      ? createSchemaAdapter(config, migrations)
      : createDatabaseAdapter(config, onError, migrations)
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
    async adopt(transaction, tenant) {
      // The check would need a second connection while this one is held, and all of a pool may be held so.
      return checked && adapter.adopt(transaction, tenant)
    },
    refill() {
      // Before that nothing is certain; what follows asks again.
      if (checked) adapter.refill()
    },
    async drop(tenant) {
      await check()
      return adapter.drop(tenant)
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
