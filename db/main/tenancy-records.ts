import type postgres from 'postgres'
import type { DatabaseClient } from '../client.js'
import { createInstallationRepository, type InstallationRepository } from './installation-repository.js'
import { createFindPlacement, type FindPlacement } from './placements.js'
import { createServerRepository, type ServerRepository } from './servers-repository.js'
import {
  createTenantMigrationRepository,
  type TenantMigrationRepository
} from './tenant-migrations-repository.js'

/** The main database's records of how and where tenants are kept. */
export interface TenancyRecords {
  installation: InstallationRepository
  tenantMigrations: TenantMigrationRepository
  servers: ServerRepository
  findPlacement: FindPlacement
  /** The main database, for holding tenants and recording spares. */
  records: postgres.Sql
}

export function createTenancyRecords(client: DatabaseClient): TenancyRecords {
  return {
    installation: createInstallationRepository(client),
    tenantMigrations: createTenantMigrationRepository(client),
    servers: createServerRepository(client),
    findPlacement: createFindPlacement(client),
    records: client.sql
  }
}
