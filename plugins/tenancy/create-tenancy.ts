import type { TenancyRecords } from '../../db/main/tenancy-records.js'
import { indexesVersion } from '../../db/indexes/desired-indexes.js'
import { migrationsOf, type Migration } from '../../db/migrate.js'
import type { Config } from '../../core/config/config.js'
import { createDatabaseAdapter } from './database-adapter.js'
import type { PlaceAdapter, TenantMigrations } from './place-adapter.js'
import { createRouter, type Router } from './router.js'
import { createSchemaAdapter } from './schema-adapter.js'

export interface Tenancy {
  router: Router
  places: PlaceAdapter
  /**
   * Ensures that the tenancy strategy matches the settings. Everything that concerns a tenant calls this first, until
   * it has succeeded once.
   * @throws {TenancyStrategyError}
   */
  check: () => Promise<void>
}

/**
 * The tenants' places according to the settings, and the router to them. Connects to nothing before it is used.
 * @param onProblem receives background failures
 * @param migrations that this code knows, oldest first
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
      ? createSchemaAdapter(config, onProblem, known)
      : createDatabaseAdapter(config, onProblem, known)
  let checked = false

  async function check(): Promise<void> {
    if (checked) return
    await installation.checkStrategy(strategy)
    checked = true
  }
  const checkFirst =
    <Given extends unknown[], T>(work: (...given: Given) => Promise<T>) =>
    async (...given: Given): Promise<T> => {
      await check()
      return work(...given)
    }

  const places: PlaceAdapter = {
    ...adapter,
    provision: checkFirst(adapter.provision),
    // The check would need a second connection while this one is held, and all connections of a pool may be held like
    // that.
    adopt: async (transaction, tenant) => checked && adapter.adopt(transaction, tenant),
    refill() {
      // Before the check nothing is certain; later calls refill.
      if (checked) adapter.refill()
    },
    exists: checkFirst(adapter.exists),
    drop: checkFirst(adapter.drop),
    migrate: checkFirst(adapter.migrate),
    inspect: checkFirst(adapter.inspect),
    inspectUnfinished: checkFirst(adapter.inspectUnfinished),
    buildIndexes: checkFirst(async (tenant, options) => {
      const built = await adapter.buildIndexes(tenant, options)
      if (built.finished) await tenantMigrations.recordIndexes(tenant.database_name, indexesVersion('tenant'))
      return built
    }),
    async asOwner(tenant, work) {
      await check()
      return adapter.asOwner(tenant, work)
    }
  }
  return { places, check, router: createRouter(adapter.withPlace, () => (checked ? undefined : check())) }
}
