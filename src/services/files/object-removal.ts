import type { Written } from '../../../db/tenant/pending-objects-repository.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'

export interface ObjectRemoval {
  /**
   * Removes an object whose key is in `pending_objects` as `delete`. If that fails, or the tenant's objects are held, the
   * sweeper will remove it.
   */
  removeNow(tenant: TenantRef, key: string): Promise<void>
  /**
   * Abandons an upload. What it wrote is removed at once if possible, and once more after the grace period, since an
   * interrupted request may still reach the storage.
   */
  abandon(tenant: TenantRef, key: string, written: Written): Promise<void>
  /** Removes some of the objects that are due; there may be more. */
  sweep(tenant: TenantRef): Promise<{ removed: number; hasMore: boolean }>
}

export interface ObjectRemovalDependencies {
  router: Router
  storage: StorageOfTenants
  /** Receives failures that are not the caller's concern, because the sweeper tries again. */
  onPostponed: (error: unknown, key: string) => void
}

/** How many objects of a tenant are removed before other tenants get their turns. */
const SWEEP_BATCH = 100

/** For `onPostponed`: writes a log line. */
export const warnOfPostponed =
  (log: { warn(fields: object, message: string): void }): ObjectRemovalDependencies['onPostponed'] =>
  (error, key) =>
    log.warn({ err: error, s3_path: key }, 'an object could not be removed; the sweeper will remove it')

/** The only place that deletes objects, and only after their keys are in `pending_objects`. */
export function createObjectRemoval({
  router,
  storage,
  onPostponed
}: ObjectRemovalDependencies): ObjectRemoval {
  async function remove(tenant: TenantRef, key: string): Promise<void> {
    await storage.of(tenant).delete(key)
    await router.withTenant(tenant, (store) => store.pendingObjects.remove(key))
  }
  async function postponing(key: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      onPostponed(error, key)
      return false
    }
  }

  return {
    async removeNow(tenant, key) {
      await postponing(key, async () => {
        // A separate statement, after the rows that named the object are gone: see `holds-repository.ts`.
        if (await router.withTenant(tenant, (store) => store.pendingObjects.claim(key)))
          await remove(tenant, key)
      })
    },
    async abandon(tenant, key, written) {
      await postponing(key, async () => {
        // Delete only if certainly no file refers to it: a commit whose answer was lost may have succeeded.
        const { outcome } = await router.withTenant(tenant, (store) =>
          store.pendingObjects.abandon(key, written)
        )
        if (outcome === 'abandoned') await storage.of(tenant).delete(key)
      })
    },
    async sweep(tenant) {
      let removed = 0
      const due = await router.withTenant(tenant, (store) => store.pendingObjects.claimDue(SWEEP_BATCH))
      for (const key of due) {
        if (await postponing(key, () => remove(tenant, key))) removed += 1
      }
      return { removed, hasMore: due.length === SWEEP_BATCH }
    }
  }
}
