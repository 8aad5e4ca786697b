import { parseArgs } from 'node:util'
import pLimit from 'p-limit'
import { inspectUnfinished, mainIndexes } from '../../db/indexes/build-indexes.js'
import type { Unfinished } from '../../db/indexes/unfinished.js'
import type { TenantMigration } from '../../db/main/tenant-migrations-repository.js'
import { migrationsOf } from '../../db/migrate.js'
import { withInstallation } from '../operator/installation.js'
import type { TenantCommand } from './command.js'
import { inPagesById } from '../../core/pages.js'
import { findMigration, type Fleet } from './fleet.js'
import { printable, printableJson } from '../operator/printable.js'
import { textOf } from './unfinished-text.js'

/** Tenants inspected at the same time. */
const CONCURRENCY = 4
const AT_ONCE = 50

const TITLES = ['state', 'id', 'name', 'newest migration', 'looked at', 'indexes', 'error']

interface Seen extends TenantMigration {
  unfinished: Unfinished[]
}

type State = 'current' | 'behind' | 'ahead' | 'failed'

/** Shows the migration state of every tenant. */
export const status: TenantCommand = {
  help: `  status             shows the state of each tenant: current, behind or ahead of this version, or failed at the last
                     attempt; also its newest migration, when it was last migrated or inspected, indexes that are
                     missing, invalid or being built, and the error. Inspects tenants that have not been migrated since
                     their creation, and tenants that may lack indexes. Exits with 1 if one is behind or failed.
    --tenant ID      only this tenant
    --json           one JSON object per line`,

  async run(args) {
    const { values } = parseArgs({
      args,
      options: { tenant: { type: 'string' }, json: { type: 'boolean', default: false } }
    })
    const counts: Record<State, number> = { current: 0, behind: 0, ahead: 0, failed: 0 }
    if (!values.json) console.log(TITLES.join('\t'))
    await withInstallation(async (installation) => {
      const show = async (page: TenantMigration[]) => {
        for (const tenant of await lookAt(page, installation, values.tenant !== undefined)) {
          const state = stateOf(tenant, installation.newest.version)
          counts[state] += 1
          console.log(values.json ? printableJson({ ...tenant, state }) : lineOf(tenant, state))
        }
      }
      await installation.record('tenants status', args)
      if (values.tenant !== undefined) return show([await findMigration(installation, values.tenant)])
      await inChunks(inPagesById(installation.tenantMigrations.list), AT_ONCE, show)
      const unfinished = await inspectUnfinished(mainIndexes(installation.config.database.directUrl))
      if (unfinished.length > 0) console.error(`Main database: ${unfinished.map(textOf).join(', ')}`)
    })
    console.error(
      `${counts.current} current, ${counts.behind} behind, ${counts.ahead} ahead, ${counts.failed} failed`
    )
    return counts.behind + counts.failed > 0 ? 1 : 0
  }
}

/**
 * Inspects the tables of tenants without a recorded state and records the result; adds each one's unfinished indexes.
 */
async function lookAt(page: TenantMigration[], fleet: Fleet, always: boolean): Promise<Seen[]> {
  const { places, newest } = fleet
  const limit = pLimit(CONCURRENCY)
  return Promise.all(
    page.map((tenant) =>
      limit(async () => {
        const seen = tenant.attempted_at === null ? await record(tenant, fleet) : tenant
        if (seen.indexes === newest.indexes && !always) return { ...seen, unfinished: [] }
        try {
          return { ...seen, unfinished: await places.inspectUnfinished(tenant) }
        } catch (error) {
          return { ...seen, unfinished: [], error: seen.error ?? messageOf(error) }
        }
      })
    )
  )
}

async function record(
  tenant: TenantMigration,
  { places, tenantMigrations: migrations }: Fleet
): Promise<TenantMigration> {
  const outcome = await places.inspect(tenant).catch((error: unknown) => ({ error: messageOf(error) }))
  await migrations.record(tenant.database_name, outcome)
  return (await migrations.findById(tenant.id)) ?? tenant
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

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

function lineOf({ id, name, version, attempted_at, unfinished, error }: Seen, state: State): string {
  const indexes = unfinished.map(textOf).join(', ') || '-'
  const columns = [
    state,
    id,
    printable(name),
    nameOf(version),
    attempted_at ?? '-',
    indexes,
    printable(error ?? '')
  ]
  return columns.join('\t').trimEnd()
}

/** The name of a migration, or its creation time if only a newer version knows it. */
function nameOf(version: number | null): string {
  if (version === null) return '-'
  const known = migrationsOf('tenant').find((migration) => migration.folderMillis === version)
  return known?.name ?? new Date(version).toISOString()
}
