import type { File, Verification } from '../../../db/tenant/rows.js'
import type { TenantStore } from '../../../db/tenant/store.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { Hashing } from '../../../plugins/hashing/hashing.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { detectType } from '../uploads/mime-type.js'
import { readContent } from './read-content.js'

export interface FileVerification {
  /**
   * Reads a file's whole object from the storage, and records on the file whether it is what was uploaded, and what it
   * looks like. Anything but `intact` is announced to the audit log as `file.damaged`. Idempotent; null if the file no
   * longer exists.
   * @throws {AppError} STORAGE_UNAVAILABLE; then nothing is recorded
   */
  verify(tenant: TenantRef, fileId: string): Promise<Verification | null>
}

export function createFileVerification(dependencies: {
  router: Router
  storage: StorageOfTenants
  hashing: Hashing
  change: Change
}): FileVerification {
  const { router, change, storage, hashing } = dependencies

  async function look(
    tenant: TenantRef,
    file: File
  ): Promise<{ verification: Verification; detectedType: string | null }> {
    const stream = await storage.of(tenant).get(file.s3_path)
    if (stream === null) return { verification: 'missing', detectedType: null }
    const { content, head } = await readContent(stream, hashing)
    const { md5Hash, sha256, fileSize } = content
    const same = md5Hash === file.md5_hash && sha256 === file.sha256 && fileSize === file.file_size
    return { verification: same ? 'intact' : 'damaged', detectedType: await detectType(head) }
  }

  return {
    async verify(tenant, fileId) {
      const file = await router.withTenant(tenant, (store) => store.files.findById(fileId))
      if (file === null) return null
      const found = await look(tenant, file)
      const record = (store: TenantStore) => store.files.recordVerification(fileId, found, tenant.id)
      const intact = found.verification === 'intact'
      // An intact file writes no event.
      const { outcome } = await (intact ? router.withTenant(tenant, record) : change(tenant, record))
      // A file that was deleted while it was read is not damaged.
      return outcome === 'recorded' ? found.verification : null
    }
  }
}
