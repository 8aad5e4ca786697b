import { dataOf, type ApiClient } from './api.js'
import { byCursor } from './pages.js'
import type { components, operations } from './schema.js'

type ListQuery = Omit<NonNullable<operations['listFolders']['parameters']['query']>, 'cursor'>

export function createFolders(api: ApiClient) {
  const inTenant = (tenantId: string) => ({ path: { tenant_id: tenantId } })
  return {
    /** The folders directly inside of `parent` (`/` by default), one by one, with the documents in and below each. */
    list: (tenantId: string, query: ListQuery = {}) =>
      byCursor((position) =>
        api.GET('/api/tenants/{tenant_id}/folders', {
          params: { ...inTenant(tenantId), query: { ...query, ...position } }
        })
      ),

    /**
     * Moves all documents in and below a folder, 1,000 per request. If a request fails, call it again for the rest.
     * @returns the number of documents moved
     */
    async move(tenantId: string, body: components['schemas']['MoveFolderRequest']): Promise<number> {
      let moved = 0
      for (let more = true; more;) {
        const part = await dataOf(
          api.POST('/api/tenants/{tenant_id}/folders/move', { params: inTenant(tenantId), body })
        )
        moved += part.moved
        more = part.more
      }
      return moved
    }
  }
}
