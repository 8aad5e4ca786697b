import { randomUUID } from 'node:crypto'
import { underLease } from '../../../core/concurrency/renewed-lease.js'
import type { HoldReason } from '../../../db/tenant/holds-repository.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'

/** Seconds after which the hold of a process that was killed, or has lost the database, lapses. */
const HOLD_SECONDS = 3_600

/**
 * Runs `work` under a hold: until it ends, no object of a file is removed, and the place is neither dropped nor moved.
 * @param work gets a signal that aborts when the hold is no longer certain, or when `stop` aborts
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
    // A hold that cannot be released lapses.
    await router.withTenant(tenant, (store) => store.holds.release(id)).catch(() => undefined)
  }
}
