import type { ChangedBy } from '../../../db/revisions.js'
import type { FileDeletion } from '../../../db/tenant/files-repository.js'
import type { Document, File } from '../../../db/tenant/rows.js'
import type { TenantStore } from '../../../db/tenant/store.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { AppError } from '../../../core/errors.js'
import type { ObjectRemoval } from './object-removal.js'
import { isMomentPosition, listPage, type Listing, type ListQuery } from '../lists/listing.js'
import { EMBEDDED_LIMIT } from '../lists/page.js'

export type FileService = ReturnType<typeof createFileService>

export interface FileServiceDependencies {
  router: Router
  removal: ObjectRemoval
  change: Change
}

export function createFileService({ router, change, removal }: FileServiceDependencies) {
  /** Removes the row first, then the object: in between, pending_objects records the object. */
  async function removeOrphan(
    tenant: TenantRef,
    fileId: string,
    changedBy?: ChangedBy
  ): Promise<FileDeletion['outcome']> {
    const by = changedBy && { tenantId: tenant.id, ...changedBy }
    const work = (store: TenantStore) => store.files.deleteOrphan(fileId, by)
    // Without an actor, no event is written.
    const deletion = await (by === undefined ? router.withTenant(tenant, work) : change(tenant, work))
    if (deletion.outcome === 'deleted') await removal.removeNow(tenant, deletion.key)
    return deletion.outcome
  }

  return {
    /**
     * A file with the newest documents that refer to it, if the reader may see documents.
     * @throws {AppError} FILE_NOT_FOUND
     */
    async get(
      tenant: TenantRef,
      fileId: string,
      seesDocuments: boolean
    ): Promise<File & { documents: Document[] }> {
      return router.withTenant(tenant, async (store) => {
        const [file, documents] = await Promise.all([
          store.files.findById(fileId),
          seesDocuments ? store.files.listDocuments(fileId, EMBEDDED_LIMIT) : []
        ])
        if (file === null) throw new AppError('FILE_NOT_FOUND')
        return { ...file, documents }
      })
    },

    /**
     * Newest first; `orphaned`: only those that no document refers to.
     * @throws {AppError} VALIDATION_ERROR for another list's cursor
     */
    async list(tenant: TenantRef, query: ListQuery & { orphaned: boolean }): Promise<Listing<File>> {
      const { orphaned } = query
      return listPage(query, {
        scope: { tenant: tenant.id, files: true, orphaned },
        capped: orphaned,
        isPosition: isMomentPosition,
        positionOf: (file) => ({ value: file.created_at, id: file.id }),
        load: (part) => router.withTenant(tenant, (store) => store.files.list({ orphaned, ...part }))
      })
    },

    /** @throws {AppError} FILE_NOT_FOUND, FILE_IN_USE, PRECONDITION_FAILED */
    async remove(tenant: TenantRef, fileId: string, by: ChangedBy): Promise<void> {
      const outcome = await removeOrphan(tenant, fileId, by)
      if (outcome === 'missing') throw new AppError('FILE_NOT_FOUND')
      if (outcome === 'in use') throw new AppError('FILE_IN_USE')
      if (outcome === 'revised') throw new AppError('PRECONDITION_FAILED')
    },

    /** Removes the file unless a document refers to it. Idempotent. */
    removeOrphan: (tenant: TenantRef, fileId: string) => removeOrphan(tenant, fileId)
  }
}
