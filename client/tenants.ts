import { bodyOf, dataOf, type ApiClient } from './api.js'
import { ifMatchHeader, type ChangeOptions } from './if-match.js'
import { byPage } from './pages.js'
import type { components, operations } from './schema.js'

type Schemas = components['schemas']
type ListQuery = Omit<NonNullable<operations['listTenants']['parameters']['query']>, 'page'>

export function createTenants(api: ApiClient) {
  const inTenant = (tenantId: string) => ({ params: { path: { tenant_id: tenantId } } })
  const changeOf = (tenantId: string, options: ChangeOptions = {}) => ({
    params: { ...inTenant(tenantId).params, header: ifMatchHeader(options) }
  })
  return {
    /** Your tenants, with your role in each. */
    list: (query: ListQuery = {}) =>
      byPage((position) => api.GET('/api/tenants', { params: { query: { ...query, ...position } } })),

    /** @param idempotencyKey the same key leads to the same tenant; by default, the client creates one */
    create: (body: Schemas['CreateTenantRequest'], idempotencyKey?: string) =>
      dataOf(
        api.POST('/api/tenants', {
          body,
          ...(idempotencyKey !== undefined && { params: { header: { 'idempotency-key': idempotencyKey } } })
        })
      ),

    get: (tenantId: string) => dataOf(api.GET('/api/tenants/{tenant_id}', inTenant(tenantId))),

    update: (tenantId: string, body: Schemas['UpdateTenantRequest'], options?: ChangeOptions) =>
      dataOf(api.PUT('/api/tenants/{tenant_id}', { ...changeOf(tenantId, options), body })),

    async delete(tenantId: string, options?: ChangeOptions): Promise<void> {
      await bodyOf(api.DELETE('/api/tenants/{tenant_id}', changeOf(tenantId, options)))
    }
  }
}
