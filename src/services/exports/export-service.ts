import { randomUUID } from 'node:crypto'
import { AppError } from '../../../core/errors.js'
import type { Actor } from '../../../db/actor.js'
import type { TenantExport } from '../../../db/tenant/exports-repository.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import type { PageNumber, PageOf } from '../lists/page.js'

export interface ExportServiceDependencies {
  router: Router
  change: Change
  storage: StorageOfTenants
  /** Seconds for which a URL works. */
  downloadUrlTtl: number
}

/** Bytes. A tenant that stores more cannot be exported over the API, only by an operator's command. */
const MAX_EXPORT_BYTES = 64 * 1024 ** 3

export type ExportService = ReturnType<typeof createExportService>

/** Exports of a tenant for its admins. The worker makes them: see `background-exporter.ts`. */
export function createExportService({ router, change, storage, downloadUrlTtl }: ExportServiceDependencies) {
  return {
    /**
     * Requests an export; the worker makes it soon.
     * @throws {AppError} TOO_MANY_EXPORTS; EXPORT_TOO_LARGE if only an operator can make it
     */
    async create(tenant: TenantRef, actor: Actor): Promise<TenantExport> {
      const { bytes } = await router.withTenant(tenant, (store) =>
        store.usage.read({ documents: null, bytes: null })
      )
      if (bytes > MAX_EXPORT_BYTES) throw new AppError('EXPORT_TOO_LARGE')
      const created = await change(tenant, (store) => store.exports.insert(randomUUID(), tenant.id, actor))
      if (created === 'too many') throw new AppError('TOO_MANY_EXPORTS')
      return created
    },

    /** Newest first. */
    list: (tenant: TenantRef, page: PageNumber): Promise<PageOf<TenantExport>> =>
      router.withTenant(tenant, (store) => store.exports.list(page)),

    /** @throws {AppError} EXPORT_NOT_FOUND */
    async find(tenant: TenantRef, id: string): Promise<TenantExport> {
      const found = await router.withTenant(tenant, (store) => store.exports.find(id))
      if (found === null) throw new AppError('EXPORT_NOT_FOUND')
      return found
    },

    /**
     * A URL that downloads the archive without a token until it expires; the audit log records who got it.
     * @throws {AppError} EXPORT_NOT_FOUND; EXPORT_NOT_READY while the export is being made, and after it has expired
     */
    async signDownload(
      tenant: TenantRef,
      id: string,
      actor: Actor
    ): Promise<{ url: string; expires_at: string }> {
      const archive = await change(tenant, (store) => store.exports.handOut(id, tenant.id, actor))
      if (archive === null) {
        await this.find(tenant, id)
        throw new AppError('EXPORT_NOT_READY')
      }
      const expiresAt = new Date(Date.now() + downloadUrlTtl * 1000).toISOString()
      const url = await storage.of(tenant).signDownload(archive.s3_path, {
        filename: `strongroom-${archive.created_at.slice(0, 10)}-${tenant.id}.tar`,
        mimeType: 'application/x-tar',
        disposition: 'attachment',
        expiresIn: downloadUrlTtl
      })
      if (url === null) throw new AppError('EXPORT_NOT_FOUND')
      return { url, expires_at: expiresAt }
    }
  }
}
