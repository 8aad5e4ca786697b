import type { TenantStore } from '../../db/tenant/store.js'
import type { TenancyAdapter, TenantRef } from '../tenancy/adapter.js'
import type { Outboxes } from './outboxes.js'

/**
 * Changes something in a tenant's database, and its events leave: the tenant is marked before `work` may commit, and a
 * relay is nudged after it.
 * @throws {AppError} as `TenancyAdapter.withTenant` does, and what `work` throws
 */
export type Change = <T>(tenant: TenantRef, work: (store: TenantStore) => Promise<T>) => Promise<T>

export const createChange =
  (outboxes: Pick<Outboxes, 'record'>, tenancy: Pick<TenancyAdapter, 'withTenant'>): Change =>
  (tenant, work) =>
    outboxes.record(tenant.id, () => tenancy.withTenant(tenant, work))
