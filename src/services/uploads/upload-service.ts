import type { Change } from '../../../plugins/messaging/change.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import { createUploadKeys } from './upload-keys.js'
import type { UploadLine } from './upload-line.js'
import { createUploadStatements } from './upload-statements.js'
import { Upload, type UploadRequest, type UploadResources } from './upload.js'

export interface UploadServiceDependencies extends Omit<UploadResources, 'statements'> {
  change: Change
  line: UploadLine
}

export type UploadService = ReturnType<typeof createUploadService>

/** Takes uploads from their first byte to their document, in turns, and once per Idempotency-Key. */
export function createUploadService({ line, ...dependencies }: UploadServiceDependencies) {
  const keys = createUploadKeys(dependencies.router)
  const resources = { ...dependencies, statements: createUploadStatements(dependencies) }

  return {
    /**
     * Begins an upload when its turn comes. The caller must dispose of it on every path.
     * @throws {AppError} UPLOADS_BUSY, IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_MISMATCH, and what `askAgain` throws; the
     * reason of `gone`
     */
    async begin({ id, database_name, server }: TenantRef, request: UploadRequest): Promise<Upload> {
      // Rights are checked per upload, because a refused one must not fail the others that share its statements.
      const tenant = { id, database_name, server }
      const place = await line.enter({ ...request, tenantId: id })
      try {
        await request.askAgain()
        const { userId, key } = request
        const claim = key === undefined ? {} : await keys.claim(tenant, { userId, key })
        return new Upload(resources, tenant, request, place, claim)
      } catch (error) {
        place.leave()
        throw error
      }
    }
  }
}
