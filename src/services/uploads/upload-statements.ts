import { createBatches } from '../../../core/concurrency/batches.js'
import type { HeldKey } from '../../../db/tenant/idempotency-repository.js'
import type {
  Repair,
  NewUpload,
  UploadContext,
  UploadOutcomes
} from '../../../db/tenant/uploads-repository.js'
import type { TenantStore } from '../../../db/tenant/store.js'
import type { UsageLimits } from '../../../db/tenant/usage-repository.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'

export interface UploadStatementDependencies {
  change: Change
  /** Limits of a tenant that has none of its own. */
  limits: UsageLimits
  /** Seconds for which a key is reserved. */
  timeout: number
}

export type UploadStatements = ReturnType<typeof createUploadStatements>

/** One of the statements, for one upload. */
type UploadStatement<Outcome> = (tenant: TenantRef, upload: NewUpload, key?: HeldKey) => Promise<Outcome>

/**
 * The statements of `UploadRepository`, with their events. Concurrent uploads of a tenant share them, except those with
 * an Idempotency-Key.
 */
export function createUploadStatements(dependencies: UploadStatementDependencies) {
  const { change, limits, timeout } = dependencies

  function shared<Outcome>(
    run: (
      store: TenantStore,
      uploads: NewUpload[],
      context: UploadContext
    ) => Promise<UploadOutcomes<Outcome>>
  ): UploadStatement<Outcome> {
    const record = async (tenant: TenantRef, uploads: NewUpload[], key?: HeldKey) => {
      const done = await change(tenant, (store) => run(store, uploads, { tenantId: tenant.id, limits, key }))
      return done.outcome === 'refused' ? 'apart' : done.each
    }
    const together = createBatches<NewUpload, Outcome, TenantRef>(record)
    return async (tenant, upload, key) => {
      if (key === undefined) return together(tenant, upload)
      const outcomes = await record(tenant, [upload], key)
      if (outcomes === 'apart') throw new Error('A batch of one upload cannot be split')
      return outcomes[0] as Outcome
    }
  }

  return {
    attachOrReserve: shared((store, uploads, context) =>
      store.uploads.attachOrReserve(uploads, context, timeout)
    ),
    commit: shared((store, uploads, context) => store.uploads.commit(uploads, context)),
    repair: repairOf(change)
  }
}

/** See `UploadRepository.repair`. */
export const repairOf =
  (change: Change) =>
  (tenant: TenantRef, fileId: string, key: string): Promise<Repair> =>
    change(tenant, (store) => store.uploads.repair(fileId, key, tenant.id))
