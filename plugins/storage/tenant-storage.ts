import { isWrittenUuid } from '../../core/uuid.js'
import type { Readable } from 'node:stream'
import { isObjectKey } from './object-key.js'
import type { ByteRange, DownloadOptions, ObjectStorage, StoredObject } from './object-storage.js'

/**
 * The objects of one tenant; the methods are those of `ObjectStorage`. Keys come from the tenant's own database, which
 * is believed about that tenant only: under any key but `tenants/{its id}/…` there is nothing for it to read, sign or
 * delete, and nothing is asked of the storage.
 */
export interface TenantStorage {
  /** @throws {TypeError} for a key of somebody else: the keys of new objects are made by this program */
  put(key: string, body: Buffer, signal?: AbortSignal): Promise<void>
  /** @throws {TypeError} likewise */
  putStream(key: string, body: AsyncIterable<Buffer>, signal?: AbortSignal): Promise<void>
  get(key: string, range?: ByteRange): Promise<Readable | null>
  stat(key: string): Promise<{ size: number } | null>
  delete(key: string): Promise<void>
  /** All of the tenant's objects. */
  list(): AsyncIterable<StoredObject>
  /** All of the tenant's unfinished uploads. */
  listUnfinished(): AsyncIterable<string>
  /** Null when the key is none of the tenant's; whether there is an object is not asked. */
  signDownload(key: string, options: DownloadOptions): Promise<string | null>
}

/** The only way from a tenant to the storage. */
export interface StorageOfTenants {
  of(tenant: { id: string }): TenantStorage
}

/**
 * @param onForeignKey told when a tenant's database named a key that is not the tenant's: then somebody wrote into
 * that database who is not Strongroom
 */
export function confineToTenants(
  storage: ObjectStorage,
  onForeignKey: (tenantId: string, key: string) => void
): StorageOfTenants {
  return {
    of({ id }) {
      if (!isWrittenUuid(id)) throw new TypeError(`Not a tenant's id: ${JSON.stringify(id)}`)
      const prefix = `tenants/${id}/`
      const owns = (key: string) => isObjectKey(key) && key.startsWith(prefix)

      async function ifOwn<Result, Otherwise>(
        key: string,
        work: () => Promise<Result>,
        otherwise: Otherwise
      ): Promise<Result | Otherwise> {
        if (owns(key)) return work()
        onForeignKey(id, key)
        return otherwise
      }
      function assertOwn(key: string): void {
        if (!owns(key)) throw new TypeError(`Not a key of tenant ${id}: ${JSON.stringify(key)}`)
      }

      return {
        async put(key, body, signal) {
          assertOwn(key)
          await storage.put(key, body, signal)
        },
        async putStream(key, body, signal) {
          assertOwn(key)
          await storage.putStream(key, body, signal)
        },
        get: (key, range) => ifOwn(key, () => storage.get(key, range), null),
        stat: (key) => ifOwn(key, () => storage.stat(key), null),
        delete: (key) => ifOwn(key, () => storage.delete(key), undefined),
        list: () => storage.list(prefix),
        listUnfinished: () => storage.listUnfinished(prefix),
        signDownload: (key, options) => ifOwn(key, () => storage.signDownload(key, options), null)
      }
    }
  }
}
