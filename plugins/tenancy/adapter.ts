import type { TenantStore } from '../../db/tenant/store.js'

/** What the adapter needs to know of a tenant. */
export interface TenantRef {
  id: string
  database_name: string
}

/** How tenants are kept apart. Services use only `withTenant`; the rest is for a tenant's life cycle. */
export interface TenancyAdapter {
  /** Makes the tenant's place for data ready. Idempotent; safe to repeat after a crash at any point. */
  provision(tenant: TenantRef): Promise<void>
  /** Brings the tenant to the newest migration. Idempotent, locked per tenant; returns how many were applied. */
  migrate(tenant: TenantRef): Promise<number>
  /**
   * Lends the tenant's store for as long as `work` runs. Keep it short: a store that is lent out holds one of
   * the process's few tenant pools.
   * @throws {AppError} TENANT_BUSY when no pool became free in time
   */
  withTenant<T>(tenant: TenantRef, work: (store: TenantStore) => Promise<T>): Promise<T>
  /** Closes this process's connections to the tenant, once what is lent out has come back. */
  evict(tenant: TenantRef): void
  /** Waits for what is lent out, then closes every connection. */
  close(): Promise<void>
}
