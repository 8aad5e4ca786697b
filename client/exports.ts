import { dataOf, type ApiClient } from './api.js'
import { byPage } from './pages.js'

/** Exports of a tenant, for its admins. */
export function createExports(api: ApiClient) {
  const inTenant = (tenantId: string) => ({ params: { path: { tenant_id: tenantId } } })
  const ofExport = (tenantId: string, exportId: string) => ({
    params: { path: { tenant_id: tenantId, export_id: exportId } }
  })
  return {
    /** The exports of a tenant, newest first. */
    list: (tenantId: string) =>
      byPage((position) =>
        api.GET('/api/tenants/{tenant_id}/exports', {
          params: { ...inTenant(tenantId).params, query: position }
        })
      ),
    /** Requests an export. It is ready when its `state` says so, or when the event `tenant.exported` arrives. */
    create: (tenantId: string) => dataOf(api.POST('/api/tenants/{tenant_id}/exports', inTenant(tenantId))),
    get: (tenantId: string, exportId: string) =>
      dataOf(api.GET('/api/tenants/{tenant_id}/exports/{export_id}', ofExport(tenantId, exportId))),
    /** A URL of the archive, which works without a token until it expires. */
    downloadUrl: (tenantId: string, exportId: string) =>
      dataOf(
        api.POST('/api/tenants/{tenant_id}/exports/{export_id}/download-url', ofExport(tenantId, exportId))
      )
  }
}
