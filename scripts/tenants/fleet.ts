import { createClient } from '../../db/client.js'
import { createTenancyRecords } from '../../db/main/tenancy-records.js'
import type {
  TenantMigration,
  TenantMigrationRepository
} from '../../db/main/tenant-migrations-repository.js'
import { migrationsOf, type Migration } from '../../db/migrate.js'
import type { TenancyAdapter } from '../../plugins/tenancy/adapter.js'
import { createTenancy } from '../../plugins/tenancy/create-tenancy.js'
import type { Config } from '../../core/config/config.js'
import { recordCommand } from '../operator/record-command.js'
import { UsageError, warn } from '../operator/run.js'

/** An installation's tenants, for the commands that concern all of them. */
export interface Fleet {
  tenancy: TenancyAdapter
  migrations: TenantMigrationRepository
  /** The newest migration that this code knows, in milliseconds. */
  newest: number
  /** @throws {UsageError} if there is no such tenant */
  find(id: string): Promise<TenantMigration>
  /** Records in the audit log that a command is run; see {@link recordCommand}. */
  record(command: string, args: string[]): Promise<void>
  close(): Promise<void>
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Does not connect yet. */
export function openFleet(config: Config, known: Migration[] = migrationsOf('tenant')): Fleet {
  const main = createClient(config.database, { max: 2, applicationName: 'strongroom-tenants' })
  const records = createTenancyRecords(main)
  const tenancy = createTenancy(config, records, warn, known)
  const { tenantMigrations: migrations } = records
  return {
    tenancy,
    migrations,
    newest: Math.max(...known.map((migration) => migration.folderMillis)),
    async find(id) {
      const tenant = UUID.test(id) ? await migrations.findById(id) : null
      if (tenant === null)
        throw new UsageError(`No tenant ${id} is ready; npm run tenants -- list shows all of them.`)
      return tenant
    },
    record: (command, args) => recordCommand(main, command, args),
    async close() {
      await tenancy.close()
      await main.close()
    }
  }
}

const PAGE = 500
/** The nil UUID, which no tenant has. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/** Everything that `list` returns, page by page. A tenant changed meanwhile is neither repeated nor left out. */
export async function* inPages(
  list: (afterId: string, limit: number) => Promise<TenantMigration[]>
): AsyncGenerator<TenantMigration> {
  let after = BEFORE_ALL
  for (;;) {
    const page = await list(after, PAGE)
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    after = last.id
  }
}
