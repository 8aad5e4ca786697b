import { inPages } from '../../../core/pages.js'
import type { StoredFile } from '../../../db/tenant/files-repository.js'
import type { TenantStore } from '../../../db/tenant/store.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { StoredObject } from '../../../plugins/storage/object-storage.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { TenancyAdapter, TenantRef } from '../../../plugins/tenancy/adapter.js'
import type { ObjectRemoval } from './object-removal.js'
import { sideBySide } from './side-by-side.js'

/** Something that should not be. */
export interface Finding {
  /**
   * `missing`, `wrong size`: a file's object is not there, or not as it should be. `stray object`, `stray upload`: an
   * object, or a part of one, that neither a file nor a promise to remove it names.
   */
  kind: 'missing' | 'wrong size' | 'stray object' | 'stray upload'
  key: string
  /** The file, where there is one. */
  fileId?: string
}

/** How far a check is; the same object is updated all the time. */
export interface CheckCounts {
  files: number
  objects: number
  bytes: number
  /** Keys that uploads still use, or that the worker is about to remove. */
  pending: number
}

export interface StorageCheckDependencies {
  tenancy: TenancyAdapter
  storage: StorageOfTenants
  change: Change
  removal: ObjectRemoval
}

/** Rows that are read at once. */
const PAGE = 1_000

export type StorageCheck = ReturnType<typeof createStorageCheck>

/**
 * Compares a tenant's rows with the objects of the storage, both ways. Rows, promises and objects are read side by
 * side in the order of their keys, so that any number of them takes the same memory. It may run while the tenant is
 * used: what looks wrong is looked at again, since it may just have changed. A storage that lists in another order
 * costs second looks, but no wrong finding.
 */
export function createStorageCheck({ tenancy, change, storage, removal }: StorageCheckDependencies) {
  const pages = <Row>(
    tenant: TenantRef,
    load: (store: TenantStore, after: string) => Promise<Row[]>,
    keyOf: (row: Row) => string
  ): AsyncGenerator<Row> =>
    inPages((after) => tenancy.withTenant(tenant, (store) => load(store, after)), keyOf, '', PAGE)

  /** No row names the key, and the object is still there after that was known: nobody will ever remove it. */
  async function isStray(tenant: TenantRef, key: string): Promise<boolean> {
    const named = await tenancy.withTenant(
      tenant,
      async (store) => (await store.pendingObjects.has(key)) || (await store.files.findByKey(key)) !== null
    )
    return !named && (await storage.of(tenant).stat(key)) !== null
  }

  /** The object is not there as it should be, and the row still is after that was known. */
  async function problemOf(tenant: TenantRef, file: StoredFile): Promise<'missing' | 'wrong size' | null> {
    const object = await storage.of(tenant).stat(file.s3_path)
    if (object?.size === file.file_size) return null
    const row = await tenancy.withTenant(tenant, (store) => store.files.findByKey(file.s3_path))
    if (row === null) return null
    return object === null ? 'missing' : 'wrong size'
  }

  async function* strayUploads(tenant: TenantRef): AsyncGenerator<Finding> {
    for await (const key of storage.of(tenant).listUnfinished()) {
      const promised = await tenancy.withTenant(tenant, (store) => store.pendingObjects.has(key))
      const committed = await tenancy.withTenant(tenant, (store) => store.files.findByKey(key))
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
     * Removes what is stray. Bytes that are lost cannot be made again: their file is marked, which its documents
     * show and the audit tells.
     */
    async repair(tenant: TenantRef, finding: Finding): Promise<void> {
      const { fileId } = finding
      if (fileId === undefined) {
        await tenancy.withTenant(tenant, (store) => store.pendingObjects.adopt(finding.key))
        return removal.removeNow(tenant, finding.key)
      }
      const verification = finding.kind === 'missing' ? 'missing' : 'damaged'
      await change(tenant, (store) =>
        store.files.recordVerification(fileId, { verification, detectedType: null }, tenant.id)
      )
    }
  }
}
