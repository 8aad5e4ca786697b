import type { TenancyRecords } from '../../db/main/tenancy-records.js'
import { indexesVersion } from '../../db/indexes/desired-indexes.js'
import { migrationsOf, type Migration } from '../../db/migrate.js'
import type { Config } from '../../core/config/config.js'
import { createPlaces, type Places } from './places.js'
import { createRouter, type Router } from './router.js'
import { createServerAdapters } from './server-adapters.js'

export interface Tenancy {
  router: Router
  places: Places
  /**
   * Ensures that the tenancy strategy matches the settings. Everything that concerns a tenant calls this first, until
   * it has succeeded once.
   * @throws {TenancyStrategyError}
   */
  check: () => Promise<void>
}

/**
 * The tenants' places according to the settings, and the router to them. Connects to nothing before the first use.
 * @param onProblem receives background failures
 * @param migrations the migrations that this code knows, oldest first
 */
export function createTenancy(
  config: Pick<Config, 'database' | 'tenancy'>,
  records: TenancyRecords,
  onProblem: (error: unknown, what: string) => void,
  migrations: Migration[] = migrationsOf('tenant')
): Tenancy {
  const { installation, tenantMigrations, findPlacement } = records
  const servers = createServerAdapters(config, records, onProblem, {
    migrations,
    record: (tenant, outcome) =>
      tenantMigrations
        .record(tenant, outcome)
        .catch((error: unknown) => onProblem(error, 'a migration of a tenant was not recorded'))
  })
  let checked = false

  async function check(): Promise<void> {
    if (checked) return
    await installation.checkStrategy(config.tenancy.strategy)
    await servers.load()
    checked = true
  }

  const places = createPlaces(servers, { now: check, passed: () => checked }, (tenant) =>
    tenantMigrations.recordIndexes(tenant.database_name, indexesVersion('tenant'))
  )
  const ready = () => (checked ? undefined : check())
  return { places, check, router: createRouter({ serverOf: servers.of, findPlacement, ready }) }
}
