import type postgres from 'postgres'
import type { BuildOptions, Built } from '../../db/indexes/build-indexes.js'
import type { Unfinished } from '../../db/indexes/unfinished.js'
import type { Migrated, Migration } from '../../db/migrate.js'
import type { SchemaVersion } from '../../db/schema-version.js'
import type { TenantStore } from '../../db/tenant/store.js'
import type { PoolCounts } from './pool-registry.js'
import type { RecordMigration } from './recorded-migration.js'
import type { TenantRef, WithPlace } from './router.js'

/** How many of each were there and are gone: databases or schemas, and login roles. */
export interface Dropped {
  places: number
  roles: number
}

export interface TenantMigrations {
  /** What this code knows, oldest first. */
  migrations: Migration[]
  record: RecordMigration
}

/** The tenants' places: databases, or schemas. For what creates, migrates and purges tenants; see {@link Router}. */
export interface PlaceAdapter {
  /** Makes the tenant's place for data ready. Idempotent; safe to repeat after a crash at any point. */
  provision: (tenant: TenantRef) => Promise<void>
  /**
   * The same within a transaction of the main database, from what was prepared ahead; false when nothing was, or it
   * is of no use, and the transaction must be rolled back.
   */
  adopt(transaction: postgres.TransactionSql, tenant: TenantRef): Promise<boolean>
  /** Prepares ahead what tenants to come will need, and removes what is left over, in the background. */
  refill(): void
  /** Whether the tenant has a place for data. */
  exists: (tenant: TenantRef) => Promise<boolean>
  /** Removes the tenant's place with all that is in it. Idempotent; only for a tenant that nobody can reach any more. */
  drop: (tenant: TenantRef) => Promise<Dropped>
  /** Brings the tenant to the newest migration. Idempotent, locked per tenant. @throws {NewerDatabaseError} */
  migrate: (tenant: TenantRef) => Promise<Migrated>
  /** What the tenant was migrated to, read from its own tables. */
  inspect: (tenant: TenantRef) => Promise<SchemaVersion>
  /** The indexes that the tenant lacks, and the constraints that are not validated. */
  inspectUnfinished: (tenant: TenantRef) => Promise<Unfinished[]>
  /** Builds and validates them while the tenant is used; see `buildIndexes`. Only for a tenant that is current. */
  buildIndexes: (tenant: TenantRef, options?: BuildOptions) => Promise<Built>
  withPlace: WithPlace
  /** Runs work as the owner of the tenant's tables, for what the tenant's own login may not do. For commands only. */
  asOwner<T>(tenant: TenantRef, work: (store: TenantStore) => Promise<T>): Promise<T>
  /** Closes this process's connections to the tenant, once what is lent out has come back. */
  evict(tenant: TenantRef): void
  /** What the pools of this process hold and did. */
  counts(): PoolCounts
  /** Waits for what is lent out or being prepared, then closes every connection. */
  close(): Promise<void>
}
