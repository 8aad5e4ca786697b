import { inPages } from '../../../core/pages.js'
import type { StoredFile } from '../../../db/tenant/files-repository.js'
import type { TenantStore } from '../../../db/tenant/store.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { StoredObject } from '../../../plugins/storage/object-storage.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import type { ObjectRemoval } from './object-removal.js'
import { sideBySide } from './side-by-side.js'

/** A difference between the rows and the storage. */
export interface Finding {
  /**
   * `missing`, `wrong size`: a file's object is missing, or has another size. `stray object`, `stray upload`: an
   * object, or part of one, that neither a file nor a pending object names.
   */
  kind: 'missing' | 'wrong size' | 'stray object' | 'stray upload'
  key: string
  /** The file, if there is one. */
  fileId?: string
}

/** Progress of a check, updated in place. */
export interface CheckCounts {
  files: number
  objects: number
  bytes: number
  /** Pending objects: keys that uploads still use, or that the worker is about to remove. */
  pending: number
}

export interface StorageCheckDependencies {
  router: Router
  storage: StorageOfTenants
  change: Change
  removal: ObjectRemoval
}

/** Rows per read. */
const PAGE = 1_000

export type StorageCheck = ReturnType<typeof createStorageCheck>

/**
 * Compares a tenant's rows with the objects in the storage, both ways. Reads file rows, pending objects and objects
 * side by side in key order, so that memory use does not grow with their number. Can run while the tenant is in use:
 * every finding is checked a second time, since it may just have changed. A storage that lists in another order causes
 * more second checks, but no wrong finding.
 */
export function createStorageCheck({ router, change, storage, removal }: StorageCheckDependencies) {
  const pages = <Row>(
    tenant: TenantRef,
    load: (store: TenantStore, after: string) => Promise<Row[]>,
    keyOf: (row: Row) => string
  ): AsyncGenerator<Row> =>
    inPages((after) => router.withTenant(tenant, (store) => load(store, after)), keyOf, '', PAGE)

  /** Whether no row names the key and the object still exists after that check, so that nothing would remove it. */
  async function isStray(tenant: TenantRef, key: string): Promise<boolean> {
    const named = await router.withTenant(
      tenant,
      async (store) => (await store.pendingObjects.has(key)) || (await store.files.findByKey(key)) !== null
    )
    return !named && (await storage.of(tenant).stat(key)) !== null
  }

  /** What is wrong with the file's object; null if nothing is, or if the row no longer exists after that check. */
  async function problemOf(tenant: TenantRef, file: StoredFile): Promise<'missing' | 'wrong size' | null> {
    const object = await storage.of(tenant).stat(file.s3_path)
    if (object?.size === file.file_size) return null
    const row = await router.withTenant(tenant, (store) => store.files.findByKey(file.s3_path))
    if (row === null) return null
    return object === null ? 'missing' : 'wrong size'
  }

  async function* strayUploads(tenant: TenantRef): AsyncGenerator<Finding> {
    for await (const key of storage.of(tenant).listUnfinished()) {
      const promised = await router.withTenant(tenant, (store) => store.pendingObjects.has(key))
      const committed = await router.withTenant(tenant, (store) => store.files.findByKey(key))
      if (!promised && committed === null) yield { kind: 'stray upload', key }
    }
  }

  return {
    async *findings(tenant: TenantRef, counts: CheckCounts): AsyncGenerator<Finding> {
      const merged = sideBySide<StoredFile, string, StoredObject>(
        pages(
          tenant,
          (store, after) => store.files.listKeysAfter(after, PAGE),
          (row) => row.s3_path
        ),
        (file) => file.s3_path,
        pages(
          tenant,
          (store, after) => store.pendingObjects.listKeysAfter(after, PAGE),
          (key) => key
        ),
        (key) => key,
        storage.of(tenant).list(),
        (object) => object.key
      )
      for await (const { key, first: file, second: pending, third: object } of merged) {
        if (file !== undefined) counts.files += 1
        if (pending !== undefined) counts.pending += 1
        if (object !== undefined) {
          counts.objects += 1
          counts.bytes += object.size
        }
        if (file !== undefined && object?.size !== file.file_size) {
          const kind = await problemOf(tenant, file)
          if (kind !== null) yield { kind, key, fileId: file.id }
        } else if (object !== undefined && file === undefined && pending === undefined) {
          if (await isStray(tenant, key)) yield { kind: 'stray object', key }
        }
      }
      yield* strayUploads(tenant)
    },

    /**
     * Removes strays. Lost bytes cannot be restored: their file is marked, which its documents and the audit log show.
     */
    async repair(tenant: TenantRef, finding: Finding): Promise<void> {
      const { fileId } = finding
      if (fileId === undefined) {
        // Marks the tenant for the sweeper, in case the removal is cut off.
        await change(tenant, (store) => store.pendingObjects.adopt(finding.key, 'delete'))
        return removal.removeNow(tenant, finding.key)
      }
      const verification = finding.kind === 'missing' ? 'missing' : 'damaged'
      const found = { id: fileId, owner: null, verification, detectedType: null } as const
      await change(tenant, (store) => store.verifications.record([found], tenant.id))
    }
  }
}
