import type { Config } from '../../core/config/config.js'
import { createClient, type DatabaseClient } from '../../db/client.js'
import { indexesVersion } from '../../db/indexes/desired-indexes.js'
import { createDirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'
import type { ServerRepository } from '../../db/main/servers-repository.js'
import { createTenancyRecords } from '../../db/main/tenancy-records.js'
import type { Newest, TenantMigrationRepository } from '../../db/main/tenant-migrations-repository.js'
import { migrationsOf, type Migration } from '../../db/migrate.js'
import { createChange, type Change } from '../../plugins/messaging/change.js'
import { createOutboxes, type Outboxes } from '../../plugins/messaging/outboxes.js'
import { createStorage } from '../../plugins/storage/create-storage.js'
import type { ObjectStorage } from '../../plugins/storage/object-storage.js'
import { confineToTenants, type StorageOfTenants } from '../../plugins/storage/tenant-storage.js'
import { createTenancy } from '../../plugins/tenancy/create-tenancy.js'
import type { Places } from '../../plugins/tenancy/places.js'
import type { Router } from '../../plugins/tenancy/router.js'
import { printable } from './printable.js'
import { recordCommand } from './record-command.js'
import { warn } from './run.js'
import { operatorSettings } from './settings.js'

/** The installation that a command works on. It connects to nothing before it is used. */
export interface Installation {
  config: Config
  /** The main database. */
  main: DatabaseClient
  router: Router
  places: Places
  tenantMigrations: TenantMigrationRepository
  servers: ServerRepository
  /** The state that every tenant should reach. */
  newest: Newest
  /** No relay runs here: the worker's relay finds the dirty marks, and always checks the main database's outbox. */
  outboxes: Outboxes
  change: Change
  /** Opened on the first call, since not every command is given the settings of the storage. */
  storage(): Promise<StorageOfTenants>
  /** Records in the audit log that a command is run; see {@link recordCommand}. */
  record(command: string, args: string[]): Promise<void>
  close(): Promise<void>
}

/** @param migrations of tenants that this code knows, oldest first */
export function openInstallation(
  config: Config,
  migrations: Migration[] = migrationsOf('tenant')
): Installation {
  const main = createClient(config.database, { max: 2, applicationName: 'strongroom-command' })
  const records = createTenancyRecords(main)
  const { router, places } = createTenancy(config, records, warn, migrations)
  const outboxes = createOutboxes(createDirtyTenantRepository(main), () => undefined)
  let objects: Promise<ObjectStorage> | undefined
  return {
    config,
    main,
    router,
    places,
    tenantMigrations: records.tenantMigrations,
    servers: records.servers,
    newest: {
      version: Math.max(...migrations.map((migration) => migration.folderMillis)),
      indexes: indexesVersion('tenant')
    },
    outboxes,
    change: createChange(outboxes, router),
    async storage() {
      objects ??= createStorage(config, () => config.http.publicUrl ?? '')
      return confineToTenants(await objects, (tenantId, key) =>
        console.error(
          `The database of tenant ${tenantId} names ${printable(key)}, which does not belong to it; the object was left alone`
        )
      )
    },
    record: (command, args) => recordCommand(main, command, args),
    async close() {
      ;(await objects)?.close()
      await places.close()
      await main.close()
    }
  }
}

/**
 * Runs a command's work on the installation named by the settings, and closes it.
 * @param needed the settings that the command uses: see {@link operatorSettings}
 */
export async function withInstallation<T>(
  work: (installation: Installation) => Promise<T>,
  needed?: RegExp
): Promise<T> {
  const installation = openInstallation(operatorSettings(needed))
  try {
    return await work(installation)
  } finally {
    await installation.close()
  }
}
