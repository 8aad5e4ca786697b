import type { Hashing } from '../../../plugins/hashing/hashing.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import type { FileRow } from './format.js'
import type { StoreObject } from './receive-archive.js'

export interface ObjectStoring {
  router: Router
  storage: StorageOfTenants
  hashing: Hashing
}

/**
 * Stores objects of an archive; each is recorded in the tenant's pending objects before its first byte.
 * @param keyOf returns a key that nothing else uses
 * @param reserved seconds for which the keys are reserved
 */
export function storeObjects(
  { router, storage, hashing }: ObjectStoring,
  tenant: TenantRef,
  keyOf: (file: FileRow) => string,
  reserved: number,
  signal: AbortSignal
): StoreObject {
  return async (file, content) => {
    signal.throwIfAborted()
    const key = keyOf(file)
    await router.withTenant(tenant, (store) => store.pendingObjects.reserve(key, reserved))
    const hash = hashing.start()
    const hashed = async function* () {
      for await (const chunk of content) {
        await hash.update(chunk)
        yield chunk
      }
    }
    try {
      await storage.of(tenant).putStream(key, hashed(), signal, file.file_size)
      return await hash.digest()
    } finally {
      hash.discard()
    }
  }
}
