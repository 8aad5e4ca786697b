import { SideBySide } from '../../../core/concurrency/side-by-side.js'
import type { PurgeableTenant, TenantPurgeRepository } from '../../../db/main/tenant-purge-repository.js'
import type { TenantMoving } from './tenant-move.js'
import type { StorageOfTenants, TenantStorage } from '../../../plugins/storage/tenant-storage.js'
import type { Dropped, Places } from '../../../plugins/tenancy/places.js'
import type { Router } from '../../../plugins/tenancy/router.js'

/** What was, or would be, removed with a tenant. Sizes are bytes. */
export interface PurgeAccount extends Dropped {
  documents: number
  objects: number
  bytes: number
  /** Unfinished uploads. */
  uploads: number
}

export type PurgeOutcome =
  | { purged: PurgeAccount }
  /** An admin reactivated it before the purge began. */
  | { purged: null; why: 'reactivated' }
  /** It is being moved to another place. */
  | { purged: null; why: 'moving' }
  /** This many of its events are not published yet: the worker must run first. */
  | { purged: null; why: 'events'; events: number }
  /** An export or an import holds it, at most until then. */
  | { purged: null; why: 'held'; until: string }

export interface TenantPurgeDependencies {
  purges: TenantPurgeRepository
  router: Router
  places: Places
  storage: StorageOfTenants
  /** Drops the place that a moved tenant has left. */
  moving: Pick<TenantMoving, 'dropLeftPlace'>
}

/** How many objects are deleted concurrently. */
const PARALLEL = 16

export type TenantPurge = ReturnType<typeof createTenantPurge>

/**
 * Permanently removes tenants. Once begun, a purge cannot be undone; a kill leaves a tenant in the state `purging`, and
 * the next purge finishes it: objects first, while the row that names their prefix exists, then the database, and the
 * row last.
 */
export function createTenantPurge({ purges, router, places, storage, moving }: TenantPurgeDependencies) {
  /** Documents, unpublished events, and the last hold; none if a purge was cut off after dropping the database. */
  async function lookInto(
    tenant: PurgeableTenant
  ): Promise<{ documents: number; events: number; heldUntil?: string | undefined }> {
    if (!(await places.exists(tenant))) return { documents: 0, events: 0 }
    return router.withTenant(tenant, async (store) => {
      const { documents } = await store.usage.read({ bytes: null, documents: null })
      const { events } = await store.eventLog.backlog()
      const holds = await store.holds.list()
      return { documents, events, heldUntil: holds.at(-1)?.until }
    })
  }

  async function removeObjects(
    objects: TenantStorage,
    account: PurgeAccount,
    onProgress: (account: PurgeAccount) => void
  ): Promise<void> {
    const deleting = new SideBySide(PARALLEL)
    try {
      for await (const { key, size } of objects.list())
        await deleting.add(objects.delete(key), () => {
          account.objects += 1
          account.bytes += size
          onProgress(account)
        })
      await deleting.finish()
    } finally {
      await deleting.abandon()
    }
    for await (const key of objects.listUnfinished()) {
      await objects.delete(key)
      account.uploads += 1
    }
  }

  return {
    /** The tenants that a purge would remove. @param age seconds since the deletion */
    listDue: (age: number): Promise<PurgeableTenant[]> => purges.listDue(age),

    /** What a purge of the tenant would remove. */
    async estimate(tenant: PurgeableTenant): Promise<PurgeAccount> {
      const { documents } = await lookInto(tenant)
      const dropped = await places.estimateDrop(tenant)
      const objects = storage.of(tenant)
      const uploads = await countOf(objects.listUnfinished())
      const account = { ...dropped, documents, objects: 0, bytes: 0, uploads }
      for await (const { size } of objects.list()) {
        account.objects += 1
        account.bytes += size
      }
      return account
    },

    /** @param age as in the listing: a tenant that was reactivated and deleted again since then is not purged */
    async purge(
      listed: PurgeableTenant,
      age: number,
      onProgress: (account: PurgeAccount) => void = () => undefined
    ): Promise<PurgeOutcome> {
      const before = await lookInto(listed)
      if (before.heldUntil !== undefined) return { purged: null, why: 'held', until: before.heldUntil }
      const begun = await purges.begin(listed.id, age)
      if (begun.outcome !== 'begun')
        return { purged: null, why: begun.outcome === 'moving' ? 'moving' : 'reactivated' }
      // It may have moved since it was listed.
      const tenant = { ...listed, ...begun.place }
      // Looked for again: an export that took its hold in the meantime is found here; a later one finds `purging`.
      const { documents, events, heldUntil } = await lookInto(tenant)
      if (heldUntil !== undefined) return { purged: null, why: 'held', until: heldUntil }
      if (events > 0) return { purged: null, why: 'events', events }
      const account = { places: 0, roles: 0, documents, objects: 0, bytes: 0, uploads: 0 }
      if ((await moving.dropLeftPlace(tenant.id)).outcome === 'held') return { purged: null, why: 'moving' }
      await removeObjects(storage.of(tenant), account, onProgress)
      Object.assign(account, await places.drop(tenant))
      await purges.finish(tenant.id)
      return { purged: account }
    }
  }
}

async function countOf(keys: AsyncIterable<string>): Promise<number> {
  const distinct = new Set<string>()
  for await (const key of keys) distinct.add(key)
  return distinct.size
}
