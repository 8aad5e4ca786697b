import type { TenantMigration } from '../../db/main/tenant-migrations-repository.js'
import { everyMigration, findMigration, type Fleet } from './fleet.js'

export interface FleetMigration {
  /** Tenants that are worked on at the same time; each takes one connection. */
  concurrency: number
  /** Only this tenant, whatever is known of it; without it, all that are not known to be up to date. */
  tenantId?: string | undefined
  /** Only looks what there is to do. */
  dryRun?: boolean
  /** No further tenant is begun after this; what was begun is finished. */
  signal?: AbortSignal
  /** How many tenants there are to look at. */
  onTotal?: (tenants: number) => void
  onTenant?: (tenant: TenantMigration, result: TenantResult) => void
}

/** The migrations that were applied, or with `dryRun` are missing; or what went wrong. */
export type TenantResult = { migrations: number } | { error: Error }

export interface FleetResult {
  /** Tenants that were looked at without an error. */
  done: number
  /** Of these, tenants that were changed, or with `dryRun` would be. */
  changed: number
  failed: number
}

/**
 * Brings tenants to the newest migration. What comes of each is written down at once, so that a run that was broken off
 * goes on where it was, and those that failed are tried again by the next one. May run in several places at once.
 */
export async function migrateFleet(fleet: Fleet, options: FleetMigration): Promise<FleetResult> {
  const { concurrency, tenantId, dryRun = false, signal, onTotal, onTenant } = options
  const { tenancy, tenantMigrations: migrations, newestMigration: newest } = fleet
  const result: FleetResult = { done: 0, changed: 0, failed: 0 }
  onTotal?.(tenantId === undefined ? await migrations.countPending(newest) : 1)
  const tenants =
    tenantId === undefined
      ? everyMigration((afterId, limit) => migrations.listPending(newest, afterId, limit))
      : one(findMigration(fleet, tenantId))

  async function work(tenant: TenantMigration): Promise<TenantResult> {
    try {
      if (!dryRun) return { migrations: (await tenancy.migrate(tenant)).applied }
      return { migrations: (await tenancy.inspect(tenant)).missing }
    } catch (error) {
      return { error: error instanceof Error ? error : new Error(String(error)) }
    }
  }

  /** Takes one tenant after the other from those that are left. */
  async function worker(): Promise<void> {
    for (;;) {
      if (signal?.aborted === true) return
      const next = await tenants.next()
      if (next.done === true) return
      const outcome = await work(next.value)
      if ('error' in outcome) result.failed += 1
      else result.done += 1
      if ('migrations' in outcome && outcome.migrations > 0) result.changed += 1
      onTenant?.(next.value, outcome)
    }
  }

  await Promise.all(Array.from({ length: concurrency }, worker))
  return result
}

async function* one(tenant: Promise<TenantMigration>): AsyncGenerator<TenantMigration> {
  yield await tenant
}
