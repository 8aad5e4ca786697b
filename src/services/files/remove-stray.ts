import type { Change } from '../../../plugins/messaging/change.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import type { ObjectRemoval } from './object-removal.js'

/**
 * Removes an object that no row names: its work may have been taken over or removed while the storage was making the
 * object, and the object comes after the removal of its key, or is still to come.
 */
export async function removeStray(
  { router, change, removal }: { router: Router; change: Change; removal: ObjectRemoval },
  tenant: TenantRef,
  key: string
): Promise<void> {
  // A separate statement first: `adopt` would not see the file of a commit that removes the key from there meanwhile.
  if (await router.withTenant(tenant, (store) => store.pendingObjects.has(key))) return
  await change(tenant, (store) => store.pendingObjects.adopt(key, 'upload'))
  await removal.abandon(tenant, key, 'in parts')
}
