import { parseArgs } from 'node:util'
import pLimit from 'p-limit'
import type { TenantMigration } from '../../db/main/tenant-migrations-repository.js'
import { migrationsOf } from '../../db/migrate.js'
import { withInstallation } from '../operator/installation.js'
import type { TenantCommand } from './command.js'
import { everyMigration, findMigration, type Fleet } from './fleet.js'
import { printable, printableJson } from '../operator/printable.js'

/** Tenants that are looked at at the same time. */
const CONCURRENCY = 4
const AT_ONCE = 50

const TITLES = ['state', 'id', 'name', 'newest migration', 'looked at', 'error']

type State = 'current' | 'behind' | 'ahead' | 'failed'

/** Shows how far every tenant is. */
export const status: TenantCommand = {
  help: `  status             shows how far each tenant is: current, behind or ahead of this version, or failed at the last
                     attempt; its newest migration, when it was last migrated or looked at, and the error. A tenant
                     that nobody has migrated since it was created is looked at. The exit code is 1 when one is
                     behind or failed.
    --tenant ID      only this tenant
    --json           one JSON object for each line`,

  async run(args) {
    const { values } = parseArgs({
      args,
      options: { tenant: { type: 'string' }, json: { type: 'boolean', default: false } }
    })
    const counts: Record<State, number> = { current: 0, behind: 0, ahead: 0, failed: 0 }
    if (!values.json) console.log(TITLES.join('\t'))
    await withInstallation(async (installation) => {
      const show = async (page: TenantMigration[]) => {
        for (const tenant of await lookAt(page, installation)) {
          const state = stateOf(tenant, installation.newestMigration)
          counts[state] += 1
          console.log(values.json ? printableJson({ ...tenant, state }) : lineOf(tenant, state))
        }
      }
      await installation.record('tenants status', args)
      if (values.tenant === undefined)
        await inChunks(everyMigration(installation.tenantMigrations.list), AT_ONCE, show)
      else await show([await findMigration(installation, values.tenant)])
    })
    console.error(
      `${counts.current} current, ${counts.behind} behind, ${counts.ahead} ahead, ${counts.failed} failed`
    )
    return counts.behind + counts.failed > 0 ? 1 : 0
  }
}

/** The tenants with what is found in the tables of those of which nothing is known, which is written down. */
async function lookAt(
  page: TenantMigration[],
  { tenancy, tenantMigrations: migrations }: Fleet
): Promise<TenantMigration[]> {
  const limit = pLimit(CONCURRENCY)
  return Promise.all(
    page.map((tenant) =>
      limit(async () => {
        if (tenant.attempted_at !== null) return tenant
        const outcome = await tenancy.inspect(tenant).catch((error: unknown) => ({
          error: error instanceof Error ? error.message : String(error)
        }))
        await migrations.record(tenant.database_name, outcome)
        return (await migrations.findById(tenant.id)) ?? tenant
      })
    )
  )
}

async function inChunks<T>(items: AsyncIterable<T>, size: number, work: (chunk: T[]) => Promise<void>) {
  let chunk: T[] = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length < size) continue
    await work(chunk)
    chunk = []
  }
  await work(chunk)
}

function stateOf({ version, error }: TenantMigration, newest: number): State {
  if (error !== null) return 'failed'
  if (version === null || version < newest) return 'behind'
  return version > newest ? 'ahead' : 'current'
}

function lineOf({ id, name, version, attempted_at, error }: TenantMigration, state: State): string {
  const columns = [state, id, printable(name), nameOf(version), attempted_at ?? '-', printable(error ?? '')]
  return columns.join('\t').trimEnd()
}

/** The name of a migration; of one that only newer code knows, when it was made. */
function nameOf(version: number | null): string {
  if (version === null) return '-'
  const known = migrationsOf('tenant').find((migration) => migration.folderMillis === version)
  return known?.name ?? new Date(version).toISOString()
}
