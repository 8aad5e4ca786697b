import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { TenancyAdapter, TenantRef } from '../../../plugins/tenancy/adapter.js'

export interface ObjectRemoval {
  /** Removes an object whose key is in `pending_objects` as `delete`. When it cannot, the sweeper will. */
  removeNow(tenant: TenantRef, s3Path: string): Promise<void>
  /**
   * Gives up an upload. What it wrote is removed at once where that is possible; the key stays reserved for
   * the grace time, since a request to the storage that was cut off may still arrive there.
   */
  abandon(tenant: TenantRef, s3Path: string): Promise<void>
  /** Removes every object that is due; returns how many. */
  sweep(tenant: TenantRef): Promise<number>
}

export interface ObjectRemovalDependencies {
  tenancy: TenancyAdapter
  storage: StorageOfTenants
  /** Told of failures that are not the caller's concern, because the sweeper tries again. */
  onPostponed: (error: unknown, s3Path: string) => void
}

const SWEEP_BATCH = 100

/** For `onPostponed`: a line in the log. */
export const warnOfPostponed =
  (log: { warn(fields: object, message: string): void }): ObjectRemovalDependencies['onPostponed'] =>
  (error, s3Path) =>
    log.warn({ err: error, s3_path: s3Path }, 'removing an object is left to the sweeper')

/** Every object is deleted here, and only after its key was put into `pending_objects`. */
export function createObjectRemoval({
  tenancy,
  storage,
  onPostponed
}: ObjectRemovalDependencies): ObjectRemoval {
  async function remove(tenant: TenantRef, s3Path: string): Promise<void> {
    await storage.of(tenant).delete(s3Path)
    await tenancy.withTenant(tenant, (store) => store.pendingObjects.remove(s3Path))
  }
  async function postponing(s3Path: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      onPostponed(error, s3Path)
      return false
    }
  }

  return {
    async removeNow(tenant, s3Path) {
      await postponing(s3Path, () => remove(tenant, s3Path))
    },
    async abandon(tenant, s3Path) {
      await postponing(s3Path, async () => {
        // Only what is known to be nobody's: a commit whose answer got lost may have succeeded.
        const { outcome } = await tenancy.withTenant(tenant, (store) => store.pendingObjects.abandon(s3Path))
        if (outcome === 'abandoned') await storage.of(tenant).delete(s3Path)
      })
    },
    async sweep(tenant) {
      let removed = 0
      for (;;) {
        const due = await tenancy.withTenant(tenant, (store) => store.pendingObjects.claimDue(SWEEP_BATCH))
        for (const s3Path of due) {
          if (await postponing(s3Path, () => remove(tenant, s3Path))) removed += 1
        }
        if (due.length < SWEEP_BATCH) return removed
      }
    }
  }
}
