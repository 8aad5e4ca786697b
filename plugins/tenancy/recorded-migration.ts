import type { MigrationOutcome } from '../../db/main/tenant-migrations-repository.js'
import { NewerDatabaseError, type Migrated } from '../../db/migrate.js'

/** Records the outcome of migrating the tenant with this `database_name`; never rejects. */
export type RecordMigration = (databaseName: string, outcome: MigrationOutcome) => Promise<void>

/** Where a tenant's tables are. */
interface Place {
  database_name: string
}

/** Migrates a tenant and records the outcome, so that operators see it, no matter which process migrated. */
export function recorded(migrate: (tenant: Place) => Promise<Migrated>, record: RecordMigration) {
  return async (tenant: Place): Promise<Migrated> => {
    try {
      const migrated = await migrate(tenant)
      await record(tenant.database_name, { version: migrated.version })
      return migrated
    } catch (error) {
      // A tenant that is too new for this code is not a failure to be fixed.
      if (!(error instanceof NewerDatabaseError))
        await record(tenant.database_name, { error: error instanceof Error ? error.message : String(error) })
      throw error
    }
  }
}
