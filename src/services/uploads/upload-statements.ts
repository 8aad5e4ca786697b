import type { HeldKey } from '../../../db/tenant/idempotency-repository.js'
import type { UploadAnswer } from '../../../db/tenant/rows.js'
import type { NewUpload, UploadContext, UploadOutcomes } from '../../../db/tenant/uploads-repository.js'
import type { TenantStore } from '../../../db/tenant/store.js'
import type { UsageLimits } from '../../../db/tenant/usage-repository.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { TenantRef } from '../../../plugins/tenancy/adapter.js'
import { createBatches } from './upload-batches.js'

export interface UploadStatementDependencies {
  change: Change
  /** What a tenant without limits of its own may hold. */
  limits: UsageLimits
  /** Seconds that a reserved key is kept. */
  timeout: number
}

export type UploadStatements = ReturnType<typeof createUploadStatements>

/** One of the statements, for one upload. */
type UploadStatement = (tenant: TenantRef, upload: NewUpload, key?: HeldKey) => Promise<UploadAnswer | null>

/**
 * The statements of `UploadRepository`, with their events. Uploads of a tenant that come at the same time share them;
 * one with a key has its own.
 */
export function createUploadStatements(dependencies: UploadStatementDependencies) {
  const { change, limits, timeout } = dependencies

  function shared(
    run: (
      store: TenantStore,
      uploads: NewUpload[],
      context: UploadContext
    ) => Promise<UploadOutcomes<{ document: UploadAnswer } | object>>
  ): UploadStatement {
    const record = async (tenant: TenantRef, uploads: NewUpload[], key?: HeldKey) => {
      const together = await change(tenant, (store) =>
        run(store, uploads, { tenantId: tenant.id, limits, key })
      )
      if (together.outcome === 'refused') return 'apart'
      return together.each.map((one) => ('document' in one ? one.document : null))
    }
    const together = createBatches<NewUpload, UploadAnswer | null>(record)
    return async (tenant, upload, key) => {
      if (key === undefined) return together(tenant, upload)
      const results = await record(tenant, [upload], key)
      // One by itself cannot come apart.
      return results === 'apart' ? null : (results[0] ?? null)
    }
  }

  return {
    attachOrReserve: shared((store, uploads, context) =>
      store.uploads.attachOrReserve(uploads, context, timeout)
    ),
    commit: shared((store, uploads, context) => store.uploads.commit(uploads, context)),
    async mend(tenant: TenantRef, fileId: string, s3Path: string): Promise<boolean> {
      const { outcome } = await change(tenant, (store) => store.uploads.mend(fileId, s3Path, tenant.id))
      return outcome === 'mended'
    }
  }
}
