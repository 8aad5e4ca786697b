import type { HeldKey } from '../../../db/tenant/idempotency-repository.js'
import type {
  Mending,
  NewUpload,
  UploadContext,
  UploadOutcomes
} from '../../../db/tenant/uploads-repository.js'
import type { UsageLimits } from '../../../db/tenant/usage-repository.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import type { TenancyAdapter, TenantRef } from '../../../plugins/tenancy/adapter.js'
import { createBatches } from './upload-batches.js'

export interface UploadStatementDependencies {
  tenancy: TenancyAdapter
  outboxes: Outboxes
  /** Limits of a tenant that has none of its own. */
  limits: UsageLimits
  /** Seconds that a reserved key is kept. */
  timeout: number
}

export type UploadStatements = ReturnType<typeof createUploadStatements>

/** One of the statements, for one upload. */
type UploadStatement<Outcome> = (tenant: TenantRef, upload: NewUpload, key?: HeldKey) => Promise<Outcome>

/**
 * The statements of `UploadRepository`, with the mark that leads a relay to their events. Concurrent uploads of a
 * tenant share them, except those with a key.
 */
export function createUploadStatements(dependencies: UploadStatementDependencies) {
  const { tenancy, outboxes, limits, timeout } = dependencies

  function shared<Outcome>(
    run: (tenant: TenantRef, uploads: NewUpload[], context: UploadContext) => Promise<UploadOutcomes<Outcome>>
  ): UploadStatement<Outcome> {
    const record = async (tenant: TenantRef, uploads: NewUpload[], key?: HeldKey) => {
      const done = await outboxes.record(tenant.id, () =>
        run(tenant, uploads, { tenantId: tenant.id, limits, key })
      )
      return done.outcome === 'refused' ? 'apart' : done.each
    }
    const together = createBatches<NewUpload, Outcome>(record)
    return async (tenant, upload, key) => {
      if (key === undefined) return together(tenant, upload)
      const outcomes = await record(tenant, [upload], key)
      if (outcomes === 'apart') throw new Error('One upload by itself came apart')
      return outcomes[0] as Outcome
    }
  }

  return {
    attachOrReserve: shared((tenant, uploads, context) =>
      tenancy.withTenant(tenant, (store) => store.uploads.attachOrReserve(uploads, context, timeout))
    ),
    commit: shared((tenant, uploads, context) =>
      tenancy.withTenant(tenant, (store) => store.uploads.commit(uploads, context))
    ),
    mend: (tenant: TenantRef, fileId: string, s3Path: string): Promise<Mending> =>
      outboxes.record(tenant.id, () =>
        tenancy.withTenant(tenant, (store) => store.uploads.mend(fileId, s3Path, tenant.id))
      )
  }
}
