import type { TenancyRecords } from '../../db/main/tenancy-records.js'
import { migrationsOf, type Migration } from '../../db/migrate.js'
import type { Config } from '../../core/config/config.js'
import type { TenancyAdapter, TenantMigrations } from './adapter.js'
import { createDatabaseAdapter } from './database-adapter.js'
import { createSchemaAdapter } from './schema-adapter.js'

/** Milliseconds of waiting after which it is asked again whether the work is still allowed. */
const STALE_MS = 1_000

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
 * @param onProblem told of what fails beside the work that was asked for
 * @param migrations what this code knows, oldest first
 */
export function createTenancy(
  config: Pick<Config, 'database' | 'tenancy'>,
  { installation, tenantMigrations }: TenancyRecords,
  onProblem: (error: unknown, what: string) => void,
  migrations: Migration[] = migrationsOf('tenant')
): Tenancy {
  const { strategy } = config.tenancy
  const known: TenantMigrations = {
    migrations,
    record: (tenant, outcome) =>
      tenantMigrations
        .record(tenant, outcome)
        .catch((error: unknown) => onProblem(error, 'a migration of a tenant was not recorded'))
  }
  const adapter =
    strategy === 'schema'
      ? createSchemaAdapter(config, known)
      : createDatabaseAdapter(config, onProblem, known)
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
    async exists(tenant) {
      await check()
      return adapter.exists(tenant)
    },
    async drop(tenant) {
      await check()
      return adapter.drop(tenant)
    },
    async migrate(tenant) {
      await check()
      return adapter.migrate(tenant)
    },
    async inspect(tenant) {
      await check()
      return adapter.inspect(tenant)
    },
    async asOwner(tenant, work) {
      await check()
      return adapter.asOwner(tenant, work)
    },
    async withTenant(tenant, work) {
      if (!checked) await check()
      const asked = performance.now()
      return adapter.withTenant(tenant, async (store) => {
        if (performance.now() - asked > STALE_MS) await tenant.askAgain?.()
        return work(store)
      })
    }
  }
}
