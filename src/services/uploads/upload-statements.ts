import type { HeldKey } from '../../../db/tenant/idempotency-repository.js'
import type { UploadAnswer } from '../../../db/tenant/rows.js'
import type { NewUpload, UploadContext } from '../../../db/tenant/uploads-repository.js'
import type { UsageLimits } from '../../../db/tenant/usage-repository.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { createBatches } from './upload-batches.js'

export interface UploadStatementDependencies {
  router: Router
  outboxes: Outboxes
  /** What a tenant without limits of its own may hold. */
  limits: UsageLimits
  /** Seconds that a reserved key is kept. */
  timeout: number
}

/** One of the statements, for one upload. */
type UploadStatement = (tenant: TenantRef, upload: NewUpload, key?: HeldKey) => Promise<UploadAnswer | null>

/**
 * The statements of `UploadRepository`, with the mark that leads a relay to their events. Uploads of a tenant that come
 * at the same time share them; one with a key has its own.
 */
export function createUploadStatements(dependencies: UploadStatementDependencies) {
  const { router, outboxes, limits, timeout } = dependencies

  function shared(
    run: (
      tenant: TenantRef,
      uploads: NewUpload[],
      context: UploadContext
    ) => Promise<(UploadAnswer | null)[] | 'apart'>
  ): UploadStatement {
    const record = (tenant: TenantRef, uploads: NewUpload[], key?: HeldKey) =>
      outboxes.record(tenant.id, () => run(tenant, uploads, { tenantId: tenant.id, limits, key }))
    const together = createBatches<NewUpload, UploadAnswer | null>(record)
    return async (tenant, upload, key) => {
      if (key === undefined) return together(tenant, upload)
      const results = await record(tenant, [upload], key)
      // One by itself cannot come apart.
      return results === 'apart' ? null : (results[0] ?? null)
    }
  }

  return {
    attachOrReserve: shared((tenant, uploads, context) =>
      router.withTenant(tenant, (store) => store.uploads.attachOrReserve(uploads, context, timeout))
    ),
    commit: shared((tenant, uploads, context) =>
      router.withTenant(tenant, (store) => store.uploads.commit(uploads, context))
    ),
    mend: (tenant: TenantRef, fileId: string, s3Path: string): Promise<boolean> =>
      outboxes.record(tenant.id, () =>
        router.withTenant(tenant, (store) => store.uploads.mend(fileId, s3Path, tenant.id))
      )
  }
}
