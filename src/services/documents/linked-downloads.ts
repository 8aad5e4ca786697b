import type { DownloadLink, LinkedObjects, OpenObject } from '../../../plugins/storage/disk-links.js'
import { AppError } from '../../../core/errors.js'

/** A download that somebody has a link to. */
export interface LinkedDownload {
  tenantId: string
  headers: DownloadLink
  /**
   * The caller closes the file, or reads a stream of it to its end.
   * @throws {AppError} FILE_NOT_FOUND, STORAGE_UNAVAILABLE
   */
  open(): Promise<OpenObject>
}

export type LinkedDownloads = ReturnType<typeof createLinkedDownloads>

/** Downloads by the signed links of `DocumentService.signDownload`, where those lead to this server. */
export function createLinkedDownloads(objects: LinkedObjects) {
  return {
    /** @throws {AppError} LINK_INVALID when anything of the link was altered, or it has expired */
    follow(key: string, query: Record<string, unknown>): LinkedDownload {
      const { headers, open } = objects.follow(key, query)
      return {
        // Keys are `tenants/{tenant_id}/…`.
        tenantId: key.split('/')[1] ?? '',
        headers,
        async open() {
          const object = await open()
          if (object === null) throw new AppError('FILE_NOT_FOUND')
          return object
        }
      }
    }
  }
}
