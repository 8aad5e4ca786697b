import { isWrittenUuid } from '../../core/uuid.js'
import type { Readable } from 'node:stream'
import { isObjectKey } from './object-key.js'
import type { ByteRange, DownloadOptions, ObjectStorage, StoredObject } from './object-storage.js'
import { confinePieces, type ObjectPieces } from './pieces.js'

/**
 * The objects of one tenant; the methods are those of `ObjectStorage`. Keys come from the tenant's own database, which
 * is trusted only about that tenant: any key but `tenants/{its id}/…` counts as missing, and the storage is not asked.
 */
export interface TenantStorage {
  /** @throws {TypeError} from each method, for another tenant's key */
  readonly pieces: ObjectPieces
  /** @throws {TypeError} for another tenant's key: this program makes the keys of new objects */
  put(key: string, body: Buffer, signal?: AbortSignal): Promise<void>
  /** @throws {TypeError} for another tenant's key */
  putStream(key: string, body: AsyncIterable<Buffer>, signal?: AbortSignal, atMost?: number): Promise<void>
  get(key: string, range?: ByteRange): Promise<Readable | null>
  stat(key: string): Promise<{ size: number } | null>
  delete(key: string): Promise<void>
  /** All of the tenant's objects. */
  list(): AsyncIterable<StoredObject>
  /** All of the tenant's unfinished uploads. */
  listUnfinished(): AsyncIterable<string>
  /** Null if the key does not belong to the tenant; does not check whether the object exists. */
  signDownload(key: string, options: DownloadOptions): Promise<string | null>
}

/** The only way to a tenant's objects. */
export interface StorageOfTenants {
  of(tenant: { id: string }): TenantStorage
}

/**
 * @param onForeignKey called if a tenant's database named a key of another tenant: then someone other than Strongroom
 * wrote to that database
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
        pieces: confinePieces(storage.pieces, assertOwn),
        async put(key, body, signal) {
          assertOwn(key)
          await storage.put(key, body, signal)
        },
        async putStream(key, body, signal, atMost) {
          assertOwn(key)
          await storage.putStream(key, body, signal, atMost)
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
