import type { Document, File } from '../../db/tenant/rows.js'
import type { TenancyAdapter, TenantRef } from '../../plugins/tenancy/adapter.js'
import { AppError } from '../errors.js'
import type { ObjectRemoval } from './object-removal.js'
import { EMBEDDED_LIMIT, type PageNumber, type PageOf } from './page.js'

export type FileService = ReturnType<typeof createFileService>

export function createFileService({ tenancy, removal }: { tenancy: TenancyAdapter; removal: ObjectRemoval }) {
  /** Row first, object second: in between, pending_objects remembers the object. */
  async function removeOrphan(tenant: TenantRef, fileId: string): Promise<'deleted' | 'in use' | 'missing'> {
    const deletion = await tenancy.withTenant(tenant, (store) => store.files.deleteOrphan(fileId))
    if (deletion.outcome === 'deleted') await removal.removeNow(tenant, deletion.s3Path)
    return deletion.outcome
  }

  return {
    /** @throws {AppError} FILE_NOT_FOUND */
    async get(tenant: TenantRef, fileId: string): Promise<File & { documents: Document[] }> {
      return tenancy.withTenant(tenant, async (store) => {
        const [file, documents] = await Promise.all([
          store.files.findById(fileId),
          store.files.listDocuments(fileId, EMBEDDED_LIMIT)
        ])
        if (file === null) throw new AppError('FILE_NOT_FOUND')
        return { ...file, documents }
      })
    },

    async list(tenant: TenantRef, page: PageNumber & { orphaned: boolean }): Promise<PageOf<File>> {
      return tenancy.withTenant(tenant, (store) => store.files.list(page))
    },

    /** @throws {AppError} FILE_NOT_FOUND, FILE_IN_USE */
    async remove(tenant: TenantRef, fileId: string): Promise<void> {
      const outcome = await removeOrphan(tenant, fileId)
      if (outcome === 'missing') throw new AppError('FILE_NOT_FOUND')
      if (outcome === 'in use') throw new AppError('FILE_IN_USE')
    },

    /** Removes the file if no document refers to it any more. Idempotent. */
    removeOrphan
  }
}
