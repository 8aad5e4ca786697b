import type postgres from 'postgres'
import type { BuildOptions, Built } from '../../db/indexes/build-indexes.js'
import type { Unfinished } from '../../db/indexes/unfinished.js'
import type { Migrated, Migration } from '../../db/migrate.js'
import type { MovedPlace } from '../../db/move/session.js'
import type { HoldTenant } from '../../db/main/hold-tenant.js'
import type { SchemaVersion } from '../../db/schema-version.js'
import type { TenantStore } from '../../db/tenant/store.js'
import type { PlaceCounts } from './place-registry.js'
import type { RecordMigration } from './recorded-migration.js'
import type { TenantRef, WithPlace } from './router.js'
import type { ServerNames } from './server-names.js'

/** How many of each existed and were removed: databases or schemas, and login roles. */
export interface Dropped {
  places: number
  roles: number
}

/** What the places on one server need to know about the installation. */
export interface ServerContext {
  /** The name of the server. */
  server: string
  /** The names of the installation's things on the server. */
  names: ServerNames
  /** The main database, which may be on another server; it records the spares. */
  records: postgres.Sql
  hold: HoldTenant
  /** The migrations of tenants that this code knows, oldest first. */
  migrations: Migration[]
  record: RecordMigration
}

/**
 * The tenants' places on one server: databases, or schemas. For code that creates, migrates and purges tenants; see
 * {@link Router}.
 */
export interface PlaceAdapter {
  /** Makes the tenant's place ready. Idempotent; safe to repeat after a crash at any point. */
  provision: (tenant: TenantRef) => Promise<void>
  /**
   * Like `provision`, but within a transaction of the main database, which must be on this server, and with a place
   * that was prepared in advance. Returns false if there is none, or it is unusable; the transaction must then be
   * rolled back.
   */
  adopt(transaction: postgres.TransactionSql, tenant: TenantRef): Promise<boolean>
  /** In the background, prepares what future tenants will need, and removes leftovers. */
  refill(): void
  /** Whether the tenant's place exists. */
  exists: (tenant: TenantRef) => Promise<boolean>
  /** What `drop` would remove now. */
  estimateDrop: (tenant: TenantRef) => Promise<Dropped>
  /** Removes the tenant's place with everything in it. Idempotent; only for a tenant that nobody can reach. */
  drop: (tenant: TenantRef) => Promise<Dropped>
  /** Migrates the tenant. Idempotent, locked per tenant. @throws {NewerDatabaseError} */
  migrate: (tenant: TenantRef) => Promise<Migrated>
  /** The tenant's migration version, read from its own tables. */
  inspect: (tenant: TenantRef) => Promise<SchemaVersion>
  /** The tenant's missing indexes, and its constraints that are not validated. */
  inspectUnfinished: (tenant: TenantRef) => Promise<Unfinished[]>
  /**
   * Builds these indexes and validates these constraints while the tenant is in use; see `buildIndexes`. Only for a
   * current tenant.
   */
  buildIndexes: (tenant: TenantRef, options?: BuildOptions) => Promise<Built>
  withPlace: WithPlace
  /** Runs work as the owner of the tenant's tables, for what the tenant's own login may not do. Only for commands. */
  asOwner<T>(tenant: TenantRef, work: (store: TenantStore) => Promise<T>): Promise<T>
  /** Where the tables are, with the login of their owner: for work that bypasses the adapter, such as moving them. */
  addressOf(tenant: TenantRef): MovedPlace
  /** Closes this process's connections to the tenant, once its leases have ended. */
  evict(tenant: TenantRef): void
  /** Whether the server can be reached; false while it counts as down and no attempt to reach it is due. */
  isReachable(): boolean
  /** The state of this process's places and connections. */
  counts(): PlaceCounts
  /** Waits for leases and openings to end, then closes every connection. */
  close(): Promise<void>
}
