import { randomUUID } from 'node:crypto'
import { underLease } from '../../../core/concurrency/renewed-lease.js'
import type { HoldReason } from '../../../db/tenant/holds-repository.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'

/** Seconds that a hold lasts after its process was killed, or has lost the database. */
const HOLD_SECONDS = 3_600

/**
 * Works while no object that a file of the tenant has is removed, and its place is neither dropped nor moved.
 * @param work gets a signal that aborts when that is no longer certain, or with `stop`
 */
export async function underHold<T>(
  router: Router,
  tenant: TenantRef,
  why: HoldReason,
  work: (signal: AbortSignal) => Promise<T>,
  stop?: AbortSignal
): Promise<T> {
  const id = randomUUID()
  await router.withTenant(tenant, (store) => store.holds.take(id, why, HOLD_SECONDS))
  try {
    const renew = () => router.withTenant(tenant, (store) => store.holds.renew(id, HOLD_SECONDS))
    return await underLease(renew, work, stop)
  } finally {
    // One that cannot be released lapses.
    await router.withTenant(tenant, (store) => store.holds.release(id)).catch(() => undefined)
  }
}
