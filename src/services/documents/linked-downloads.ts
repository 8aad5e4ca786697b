import type { LinkedObjects } from '../../../plugins/storage/disk-links.js'

export type LinkedDownloads = ReturnType<typeof createLinkedDownloads>

/** Downloads by the links of `DocumentService.signDownload`, where those lead to this server. */
export function createLinkedDownloads(objects: LinkedObjects) {
  return {
    /** As `LinkedObjects.follow`, and whose object it is: keys are `tenants/{tenant_id}/…`. */
    follow: (key: string, query: Record<string, unknown>) => ({
      ...objects.follow(key, query),
      tenantId: key.split('/')[1] ?? ''
    })
  }
}
