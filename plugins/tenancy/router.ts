import type { TenantStore } from '../../db/tenant/store.js'

/** What is needed to find a tenant's place. */
export interface TenantRef {
  id: string
  /** The name of its place: a database or a schema. */
  database_name: string
  /** The name of the server of its place. */
  server: string
  /** Throws if the sender may no longer do the work; called after the work had to wait. */
  askAgain?: () => Promise<void>
}

/** Leads to the tenants' data: all that services and event handlers see of the tenancy strategy. */
export interface Router {
  /**
   * Leases the tenant's store for as long as `work` runs. Keep it short: of the process's few connections, those of
   * leased stores are the last to be retired. The first use migrates a tenant that is behind the code.
   * @throws {AppError} what the tenant's `askAgain` throws; TENANT_BUSY if no connection became free in time, for the
   * lease or for a statement of the work;
   * TENANT_NEWER if the tenant was migrated beyond what this code can work with; TENANT_NOT_READY while it is being
   * migrated or if that failed
   */
  withTenant<T>(tenant: TenantRef, work: (store: TenantStore) => Promise<T>): Promise<T>
}

/** Milliseconds of waiting after which the rights are checked again. */
const STALE_MS = 1_000

/** Leases the store of a place by its name, as {@link Router.withTenant} does. */
export type WithPlace = <T>(place: string, work: (store: TenantStore) => Promise<T>) => Promise<T>

/** @param ready resolves once the places may be used */
export function createRouter(withPlace: WithPlace, ready: () => Promise<void> | undefined): Router {
  return {
    async withTenant(tenant, work) {
      const waiting = ready()
      if (waiting !== undefined) await waiting
      const asked = performance.now()
      return withPlace(tenant.database_name, async (store) => {
        if (performance.now() - asked > STALE_MS) await tenant.askAgain?.()
        return work(store)
      })
    }
  }
}
