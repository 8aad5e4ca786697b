import type { TenantStore } from '../../db/tenant/store.js'
import type { Router, TenantRef } from '../tenancy/router.js'
import type { Outboxes } from './outboxes.js'

/**
 * Changes something in a tenant's database and ensures that the events of the change are relayed: marks the tenant
 * before `work` can commit, and nudges the relay afterwards.
 * @throws {AppError} as `Router.withTenant` does, and what `work` throws
 */
export type Change = <T>(tenant: TenantRef, work: (store: TenantStore) => Promise<T>) => Promise<T>

export const createChange =
  (outboxes: Pick<Outboxes, 'record'>, router: Router): Change =>
  (tenant, work) =>
    outboxes.record(tenant.id, () => router.withTenant(tenant, work))
