import type { DatabaseClient } from '../client.js'
import { createInstallationRepository, type InstallationRepository } from './installation-repository.js'
import {
  createTenantMigrationRepository,
  type TenantMigrationRepository
} from './tenant-migrations-repository.js'

/** What the main database knows about how and where its tenants are kept. */
export interface TenancyRecords {
  installation: InstallationRepository
  tenantMigrations: TenantMigrationRepository
}

export function createTenancyRecords(client: DatabaseClient): TenancyRecords {
  return {
    installation: createInstallationRepository(client),
    tenantMigrations: createTenantMigrationRepository(client)
  }
}
