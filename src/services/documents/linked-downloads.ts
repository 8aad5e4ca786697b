import type { LinkedObjects } from '../../../plugins/storage/disk-links.js'

export type LinkedDownloads = ReturnType<typeof createLinkedDownloads>

/** Serves the URLs of `DocumentService.signDownload`, where they lead to this server. */
export function createLinkedDownloads(objects: LinkedObjects) {
  return {
    /** Like `LinkedObjects.follow`, plus the owner of the object: keys are `tenants/{tenant_id}/…`. */
    follow: (key: string, query: Record<string, unknown>) => ({
      ...objects.follow(key, query),
      tenantId: key.split('/')[1] ?? ''
    })
  }
}
