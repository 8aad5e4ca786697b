import type { TenantMigration } from '../../db/main/tenant-migrations-repository.js'
import type { Unfinished } from '../../db/indexes/unfinished.js'
import { inPagesById } from '../../core/pages.js'
import { findMigration, type Fleet } from './fleet.js'

export interface FleetMigration {
  /** Tenants migrated at the same time; each uses one connection. */
  concurrency: number
  /** Only this tenant, whatever its recorded state; by default, all that are not known to be up to date. */
  tenantId?: string | undefined
  /** Only reports what would be done. */
  dryRun?: boolean
  /** Once it is aborted, no further tenant is begun; running ones are finished. */
  signal?: AbortSignal
  /** Receives the number of tenants to handle. */
  onTotal?: (tenants: number) => void
  onTenant?: (tenant: TenantMigration, result: TenantResult) => void
  /** Receives what is currently being built, and its progress. */
  onProgress?: (tenant: TenantMigration, unfinished: Unfinished) => void
}

/** The migrations applied and the indexes built (with `dryRun`: those that are missing), or the error. */
export type TenantResult = { migrations: number; indexes: string[] } | { error: Error }

export interface FleetResult {
  /** Tenants that were handled without an error. */
  done: number
  /** How many of these were changed, or with `dryRun` would be. */
  changed: number
  failed: number
}

/**
 * Migrates tenants, and builds their missing indexes. Records each outcome at once, so that an interrupted run can be
 * continued, and failed tenants are retried by the next run. May run several times at once.
 */
export async function migrateFleet(fleet: Fleet, options: FleetMigration): Promise<FleetResult> {
  const { concurrency, tenantId, dryRun = false, signal, onTotal, onTenant, onProgress } = options
  const { places, tenantMigrations: migrations, newest } = fleet
  const result: FleetResult = { done: 0, changed: 0, failed: 0 }
  onTotal?.(tenantId === undefined ? await migrations.countPending(newest) : 1)
  const tenants =
    tenantId === undefined
      ? inPagesById((afterId, limit) => migrations.listPending(newest, afterId, limit))
      : one(() => findMigration(fleet, tenantId))

  const down = await places.down()

  async function work(tenant: TenantMigration): Promise<TenantResult> {
    if (down.includes(tenant.server)) return { error: new Error(`The server ${tenant.server} is down`) }
    try {
      if (dryRun) {
        const unfinished = await places.inspectUnfinished(tenant)
        const { missing } = await places.inspect(tenant)
        return { migrations: missing, indexes: unfinished.map(({ name }) => name) }
      }
      const { applied } = await places.migrate(tenant)
      const { built } = await places.buildIndexes(tenant, {
        wait: true,
        onProgress: (unfinished) => onProgress?.(tenant, unfinished)
      })
      return { migrations: applied, indexes: built }
    } catch (error) {
      return { error: error instanceof Error ? error : new Error(String(error)) }
    }
  }

  /** Handles the remaining tenants, one after another. */
  async function worker(): Promise<void> {
    for (;;) {
      if (signal?.aborted === true) return
      const next = await tenants.next()
      if (next.done === true) return
      const outcome = await work(next.value)
      if ('error' in outcome) result.failed += 1
      else result.done += 1
      if ('migrations' in outcome && outcome.migrations + outcome.indexes.length > 0) result.changed += 1
      onTenant?.(next.value, outcome)
    }
  }

  await Promise.all(Array.from({ length: concurrency }, worker))
  return result
}

async function* one(find: () => Promise<TenantMigration>): AsyncGenerator<TenantMigration> {
  yield await find()
}
